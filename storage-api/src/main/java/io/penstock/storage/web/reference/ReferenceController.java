package io.penstock.storage.web.reference;

import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Call;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The OpenAPI document and its page, for everybody. */
@RestController
class ReferenceController {
  private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=UTF-8");
  private final OpenApiDocument document;

  ReferenceController(OpenApiDocument document) {
    this.document = document;
  }

  @Allow(Allow.Right.EVERYBODY)
  @GetMapping("/v2/storage/openapi.json")
  ResponseEntity<Object> openApi() {
    return Answers.ok(document.json(Call.current().baseUrl()));
  }

  @Allow(Allow.Right.EVERYBODY)
  @GetMapping("/docs")
  ResponseEntity<String> page() {
    return ResponseEntity.ok()
        .contentType(HTML)
        .header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
        .header("X-Content-Type-Options", "nosniff")
        .body(ReferencePage.of(document.routes(), Call.current().baseUrl()));
  }
}
