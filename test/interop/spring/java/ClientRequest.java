package interop;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.JwsAlgorithm;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.OAuth2TokenFormat;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** A client in the names of RFC 7591, and what Spring lets an operator set for its tokens. */
record ClientRequest(
    @JsonProperty("client_id") String id,
    @JsonProperty("client_secret") String secret,
    @JsonProperty("token_endpoint_auth_method") String method,
    @JsonProperty("token_endpoint_auth_signing_alg") String algorithm,
    @JsonProperty("jwks") Map<String, Object> keys,
    @JsonProperty("scope") Set<String> scopes,
    @JsonProperty("access_token_lifetime") long lifetime,
    @JsonProperty("access_token_format") String format) {

  /** @param keysUrl where the server reads the keys of this client, which it takes by URL only */
  RegisteredClient toClient(String keysUrl) {
    RegisteredClient.Builder client =
        RegisteredClient.withId(id)
            .clientId(id)
            .clientAuthenticationMethod(new ClientAuthenticationMethod(method))
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .scopes((all) -> all.addAll(scopes))
            .clientSettings(clientSettings(keysUrl))
            .tokenSettings(
                TokenSettings.builder()
                    .accessTokenTimeToLive(Duration.ofSeconds(lifetime))
                    .accessTokenFormat(new OAuth2TokenFormat(format))
                    .build());
    if (secret != null) client.clientSecret(storedSecret());
    return client.build();
  }

  private ClientSettings clientSettings(String keysUrl) {
    ClientSettings.Builder settings = ClientSettings.builder();
    if (keys != null) settings.jwkSetUrl(keysUrl);
    if (algorithm != null) settings.tokenEndpointAuthenticationSigningAlgorithm(jwsAlgorithm());
    return settings.build();
  }

  private JwsAlgorithm jwsAlgorithm() {
    JwsAlgorithm mac = MacAlgorithm.from(algorithm);
    return mac == null ? SignatureAlgorithm.from(algorithm) : mac;
  }

  // The server needs the secret itself for client_secret_jwt: it is the key of the assertion.
  private String storedSecret() {
    if (method.equals("client_secret_jwt")) return secret;
    return PasswordEncoderFactories.createDelegatingPasswordEncoder().encode(secret);
  }
}
