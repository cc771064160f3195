package io.penstock.quickstart;

import io.penstock.audit.AuditService;
import io.penstock.importer.ImportWorker;
import io.penstock.storage.StorageApi;
import java.util.function.Supplier;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The services, in the order of their start. */
enum Service {
  AUDIT_SERVICE("audit-service", AuditService::application),
  IMPORT_WORKER("import-worker", ImportWorker::application),
  STORAGE_API("storage-api", StorageApi::application);

  private final String label;
  private final Supplier<SpringApplicationBuilder> application;

  Service(String label, Supplier<SpringApplicationBuilder> application) {
    this.label = label;
    this.application = application;
  }

  String label() {
    return label;
  }

  SpringApplicationBuilder application() {
    return application.get();
  }

  static Service named(String label) {
    for (Service service : values()) {
      if (service.label.equals(label)) {
        return service;
      }
    }
    throw new IllegalArgumentException(
        "There is no service \"%s\"; there are audit-service, import-worker and storage-api".formatted(label));
  }
}
