package interop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Registers clients, on loopback and a port of its own: PUT and DELETE /clients/ID, and POST
 * /signing-keys. The server reads the keys of clients at /keys/ID.
 */
@Component
class AdminServer {
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Object> clientKeys = new ConcurrentHashMap<>();
  private final Clients clients;
  private final SigningKeys signingKeys;
  private final String url;

  AdminServer(Clients clients, SigningKeys signingKeys, @Value("${admin.port}") int port)
      throws IOException {
    this.clients = clients;
    this.signingKeys = signingKeys;
    this.url = "http://127.0.0.1:" + port;
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = json.writeValueAsBytes(respond(exchange));
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception error) {
      byte[] text = String.valueOf(error).getBytes();
      exchange.sendResponseHeaders(400, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private Object respond(HttpExchange exchange) throws Exception {
    String[] path = exchange.getRequestURI().getPath().substring(1).split("/", 2);
    String id = path.length > 1 ? path[1] : "";
    switch (exchange.getRequestMethod() + " " + path[0]) {
      case "PUT clients" -> register(json.readValue(exchange.getRequestBody(), ClientRequest.class));
      case "DELETE clients" -> clients.remove(id);
      case "POST signing-keys" -> signingKeys.rotate();
      case "GET keys" -> {
        return clientKeys.get(id);
      }
      default -> throw new IllegalArgumentException("no such route");
    }
    return Map.of();
  }

  private void register(ClientRequest request) {
    if (request.keys() != null) clientKeys.put(request.id(), request.keys());
    clients.save(request.toClient(url + "/keys/" + request.id()));
  }
}
