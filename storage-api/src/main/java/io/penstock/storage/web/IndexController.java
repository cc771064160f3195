package io.penstock.storage.web;

import java.util.List;
import java.util.Map;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What this installation is (chapter 2.1); no token is needed. */
@RestController
class IndexController {
  private static final String REVISION =
      version(IndexController.class.getPackage().getImplementationVersion());

  @Allow(Allow.Right.EVERYBODY)
  @GetMapping("/v2/storage")
  ResponseEntity<Object> index(Params params) {
    return Answers.ok(
        new JsonFields()
            .put("api", "storage")
            .put("version", "v2")
            .put("revision", REVISION)
            .put("documentation", Call.current().baseUrl() + "/docs")
            .putIf(!params.list("exclude").contains("components"), "components", List.of())
            .put("services", List.of())
            .put("features", List.of())
            .put(
                "urlTemplates",
                Map.of(
                    "orchestrationJob",
                    "/admin/projects/&&projectId&&/orchestrations/&&orchestrationId&&/jobs/&&jobId&&"))
            .map());
  }

  private static String version(@org.jspecify.annotations.Nullable String packaged) {
    return packaged == null ? "development" : packaged;
  }
}
