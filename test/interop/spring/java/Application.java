package interop;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;

/** Spring Authorization Server with the settings of Spring Boot, and clients in memory. */
@SpringBootApplication
public class Application {
  public static void main(String[] args) {
    SpringApplication.run(Application.class, args);
  }

  /** The issuer is the URL of the request without the path of the endpoint. */
  @Bean
  AuthorizationServerSettings settings() {
    return AuthorizationServerSettings.builder().multipleIssuersAllowed(true).build();
  }

  @Bean
  JWKSource<SecurityContext> publishedKeys(SigningKeys keys) {
    return (selector, context) -> selector.select(keys.published());
  }

  // Without a selector the encoder refuses to choose between two keys of one algorithm.
  @Bean
  JwtEncoder encoder(JWKSource<SecurityContext> published, SigningKeys keys) {
    NimbusJwtEncoder encoder = new NimbusJwtEncoder(published);
    encoder.setJwkSelector((matching) -> newestOf(keys, matching));
    return encoder;
  }

  private static JWK newestOf(SigningKeys keys, List<JWK> matching) {
    String newest = keys.newest().getKeyID();
    return matching.stream().filter((key) -> key.getKeyID().equals(newest)).findFirst().orElseThrow();
  }
}
