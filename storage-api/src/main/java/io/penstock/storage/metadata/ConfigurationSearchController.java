package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Finds configurations by their metadata (chapter 2.18). There are no configurations yet, so there
 * is nothing to find; what is asked is checked all the same.
 */
@RestController
class ConfigurationSearchController {
  private static final int MAX_ID = 255;

  @Allow(Allow.Right.ANY_TOKEN)
  @GetMapping("/v2/storage/search/component-configurations")
  ResponseEntity<Object> search(Params params) {
    for (String id : List.of("idComponent", "componentId", "configurationId")) {
      if (params.text(id, "").length() > MAX_ID) {
        throw new PlatformException(
            ErrorCode.VALIDATION, "%s may have %d characters at most".formatted(id, MAX_ID));
      }
    }
    for (String key : params.list("metadataKeys")) {
      MetadataParams.requireKey(key);
    }
    return Answers.ok(List.of());
  }
}
