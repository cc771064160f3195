package io.penstock.storage.people;

import io.penstock.storage.web.Allow;
import io.penstock.storage.web.Allow.Right;
import io.penstock.storage.web.Answers;
import io.penstock.storage.web.Params;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** One project in the Manage API: what {@code penstock admin project} shows and sets. */
@RestController
@RequestMapping("/manage/projects/{id}")
class ProjectSettingsController {
  private final ProjectSettings settings;
  private final ProjectJson json;

  ProjectSettingsController(ProjectSettings settings, ProjectJson json) {
    this.settings = settings;
    this.json = json;
  }

  @GetMapping
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> detail(@PathVariable long id) {
    return Answers.ok(json.detail(id));
  }

  @PutMapping
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> update(@PathVariable long id, Params params) {
    settings.update(id, params);
    return Answers.ok(json.detail(id));
  }

  @PostMapping("/disabled")
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> disable(@PathVariable long id, Params params) {
    settings.disable(id, params);
    return Answers.ok(json.detail(id));
  }

  @PostMapping("/features")
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> addFeature(@PathVariable long id, Params params) {
    settings.addFeature(id, params);
    return Answers.ok(json.detail(id));
  }

  @DeleteMapping("/features/{name}")
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> removeFeature(@PathVariable long id, @PathVariable String name) {
    settings.removeFeature(id, name);
    return Answers.noContent();
  }

  @PostMapping("/limits")
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> limit(@PathVariable long id, Params params) {
    settings.limit(id, params);
    return Answers.ok(json.detail(id));
  }

  @DeleteMapping("/limits/{name}")
  @Allow(Right.SUPER_ADMIN)
  ResponseEntity<Object> removeLimit(@PathVariable long id, @PathVariable String name) {
    settings.removeLimit(id, name);
    return Answers.noContent();
  }
}
