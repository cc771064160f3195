package io.penstock.quickstart;

import io.penstock.audit.AuditService;
import io.penstock.importer.ImportWorker;
import io.penstock.storage.StorageApi;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The services, in the order of their start. */
enum Service {
  AUDIT_SERVICE("audit-service"),
  IMPORT_WORKER("import-worker"),
  STORAGE_API("storage-api");

  private final String label;

  Service(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  SpringApplicationBuilder application() {
    return switch (this) {
      case AUDIT_SERVICE -> AuditService.application();
      case IMPORT_WORKER -> ImportWorker.application();
      case STORAGE_API -> StorageApi.application();
    };
  }

  static Service named(String label) {
    for (Service service : values()) {
      if (service.label.equals(label)) {
        return service;
      }
    }
    throw new IllegalArgumentException(
        "There is no service \"%s\"; there are audit-service, import-worker and storage-api"
            .formatted(label));
  }
}
