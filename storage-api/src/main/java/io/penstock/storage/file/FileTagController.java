package io.penstock.storage.file;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tags of files over HTTP (chapter 2.7). */
@RestController
@RequestMapping("/v2/storage/files/{id}/tags")
class FileTagController {
  private final FileTags tags;

  FileTagController(FileTags tags) {
    this.tags = tags;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping
  ResponseEntity<Object> add(Caller caller, @PathVariable long id, Params params) {
    tags.add(caller, id, params.text("tag", ""));
    return Answers.noContent();
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @DeleteMapping("/{tag}")
  ResponseEntity<Object> remove(Caller caller, @PathVariable long id, @PathVariable String tag) {
    tags.remove(caller, id, tag);
    return Answers.noContent();
  }
}
