package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** What was asked in one call of the played server, and how to answer. */
public record PlayedExchange(HttpExchange exchange, String call, String query, boolean heard) {

  static PlayedExchange of(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    return new PlayedExchange(
        exchange,
        exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
        query == null ? "" : query,
        true);
  }

  /** The same call, whose answer goes nowhere. */
  PlayedExchange unheard() {
    return new PlayedExchange(exchange, call, query, false);
  }

  /** A header's value; empty when absent. */
  String header(String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** A parameter's value as it was sent; empty when absent. */
  String parameter(String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }

  InputStream body() {
    InputStream raw = exchange.getRequestBody();
    return header("x-amz-decoded-content-length").isEmpty() ? raw : new AwsChunkedStream(raw);
  }

  String text() throws IOException {
    return new String(body().readAllBytes(), UTF_8);
  }

  public void answer(int status, String type, String text) throws IOException {
    answer(status, type, text.getBytes(UTF_8));
  }

  public void answer(int status, String type, byte[] body) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    if (!heard) {
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  void json(int status, Object body) throws IOException {
    answer(status, "application/json", Answer.JSON.writeValueAsString(body));
  }

  public void refuse(int status, String code, String error) throws IOException {
    json(status, Map.of("error", error, "code", code, "exceptionId", "kbc-1", "status", "error"));
  }

  /** Hangs up without an answer. */
  public void drop() {
    exchange.close();
  }
}
