package interop;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.stereotype.Component;

/** RSA keys: the newest one signs, and all of them are published. */
@Component
class SigningKeys {
  private final List<JWK> keys = new CopyOnWriteArrayList<>();

  SigningKeys() throws JOSEException {
    rotate();
  }

  void rotate() throws JOSEException {
    String id = UUID.randomUUID().toString();
    keys.add(new RSAKeyGenerator(2048).keyID(id).keyUse(KeyUse.SIGNATURE).generate());
  }

  JWK newest() {
    return keys.get(keys.size() - 1);
  }

  JWKSet published() {
    return new JWKSet(List.copyOf(keys));
  }
}
