package io.penstock.storage.file;

import io.penstock.storage.access.Caller;
import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.StreamedForm;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The upload through the API, for clients that know no object store (chapter 2.7). */
@RestController
class FileUploadController {
  private final DirectUploads uploads;
  private final FileLinks links;

  FileUploadController(DirectUploads uploads, FileLinks links) {
    this.uploads = uploads;
    this.links = links;
  }

  @Allow(Allow.Right.ANY_TOKEN)
  @PostMapping("/v2/storage/files")
  ResponseEntity<Object> upload(Caller caller, HttpServletRequest request) {
    StoredFile file = uploads.upload(caller, StreamedForm.of(request));
    return Answers.created(FileJson.of(file, links.to(file), caller.project().region()).map());
  }
}
