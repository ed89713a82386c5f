package interop;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.stereotype.Component;

/** Clients in memory. Spring's own repository in memory does not let a client go. */
@Component
class Clients implements RegisteredClientRepository {
  private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();

  @Override
  public void save(RegisteredClient client) {
    clients.put(client.getClientId(), client);
  }

  // The id of Spring's store and the id of OAuth are the same here.
  @Override
  public RegisteredClient findById(String id) {
    return clients.get(id);
  }

  @Override
  public RegisteredClient findByClientId(String id) {
    return clients.get(id);
  }

  void remove(String id) {
    clients.remove(id);
  }
}
