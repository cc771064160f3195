package io.penstock.quickstart;

import io.penstock.model.job.RoleCredential;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of each service, as a file {@code config/{service}.properties} that a service can
 * also be started with alone: no service gets a secret that it does not need. import-worker has no
 * word about the metadata database.
 */
final class ServiceSettings {
  private static final String LOG_ORIGIN = "localhost/audit";

  private final Home home;
  private final Ports ports;
  private final LocalSecrets secrets;
  private final Keys keys;

  /** What the parts told when they started. */
  record Keys(
      RoleCredential metadata,
      RoleCredential provisioner,
      String metadataUrl,
      Path keyDirectory,
      Path workerPublic,
      Path workerPrivate,
      Path authority,
      Path certificate,
      Path certificateKey) {}

  ServiceSettings(Home home, Ports ports, LocalSecrets secrets, Keys keys) {
    this.home = home;
    this.ports = ports;
    this.secrets = secrets;
    this.keys = keys;
  }

  /** Writes the service's file; returns where it is. */
  Path write(Service service) throws IOException {
    Map<String, String> settings =
        switch (service) {
          case STORAGE_API -> storageApi();
          case IMPORT_WORKER -> importWorker();
          case AUDIT_SERVICE -> auditService();
        };
    StringBuilder text = new StringBuilder("# Written at every start; change nothing here.\n");
    settings.forEach(
        (name, value) ->
            text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    Path file = home.folder("config").resolve(service.label() + ".properties");
    home.write(file, text.toString());
    return file;
  }

  private Map<String, String> common(Service service) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.address", "127.0.0.1");
    settings.put("penstock.aws.region", "eu-central-1");
    settings.put("penstock.aws.s3-endpoint", "http://127.0.0.1:" + ports.s3());
    settings.put("penstock.aws.sqs-endpoint", "http://127.0.0.1:" + ports.sqs());
    settings.put("penstock.aws.access-key-id", service.label());
    settings.put("penstock.aws.secret-access-key", secrets.text("s3-" + service.label()));
    return settings;
  }

  private void tls(Map<String, String> settings) {
    settings.put("server.ssl.bundle", "server");
    settings.put("server.ssl.enabled-protocols", "TLSv1.2,TLSv1.3");
    settings.put("spring.ssl.bundle.pem.server.keystore.certificate", "file:" + keys.certificate());
    settings.put(
        "spring.ssl.bundle.pem.server.keystore.private-key", "file:" + keys.certificateKey());
  }

  private Map<String, String> storageApi() throws IOException {
    Map<String, String> settings = common(Service.STORAGE_API);
    tls(settings);
    settings.put("server.port", Integer.toString(ports.https()));
    settings.put("penstock.storage-api.public-url", "https://127.0.0.1:" + ports.https());
    settings.put("penstock.storage-api.public-http-url", "http://127.0.0.1:" + ports.http());
    settings.put("penstock.storage-api.http-port", Integer.toString(ports.http()));
    settings.put("spring.datasource.url", keys.metadataUrl());
    settings.put("spring.datasource.username", keys.metadata().role());
    settings.put("spring.datasource.password", keys.metadata().password());
    settings.put("penstock.keys.directory", keys.keyDirectory().toString());
    settings.put("penstock.keys.worker-public-key", keys.workerPublic().toString());
    settings.put("penstock.tokens.keys.1", secrets.base64("token-key-1"));
    settings.put("penstock.people.region", "eu-central-1");
    settings.put("penstock.people.bootstrap-token-file", manageTokenFile(home).toString());
    settings.put("penstock.audit.url", "https://127.0.0.1:" + ports.audit());
    settings.put("penstock.audit.credential", secrets.text("audit-credential"));
    settings.put("penstock.audit.ssl-bundle", "neighbours");
    settings.put(
        "spring.ssl.bundle.pem.neighbours.truststore.certificate", "file:" + keys.authority());
    settings.put("penstock.warehouse.host", "127.0.0.1");
    settings.put("penstock.warehouse.ssl-mode", "disable");
    settings.put("penstock.warehouse.port", Integer.toString(ports.warehouse()));
    settings.put("penstock.dispatch.forget-leases-on-start", "true");
    return settings;
  }

  private Map<String, String> importWorker() throws IOException {
    Map<String, String> settings = common(Service.IMPORT_WORKER);
    settings.put("server.port", Integer.toString(ports.worker()));
    settings.put("penstock.import-worker.warehouse.host", "127.0.0.1");
    settings.put("penstock.import-worker.warehouse.port", Integer.toString(ports.warehouse()));
    settings.put("penstock.import-worker.warehouse.ssl-mode", "disable");
    settings.put("penstock.import-worker.opener-key", keys.workerPrivate().toString());
    settings.put("penstock.provisioner.enabled", "true");
    settings.put("penstock.provisioner.username", keys.provisioner().role());
    settings.put("penstock.provisioner.password", keys.provisioner().password());
    return settings;
  }

  private Map<String, String> auditService() throws IOException {
    Map<String, String> settings = common(Service.AUDIT_SERVICE);
    tls(settings);
    settings.put("server.port", Integer.toString(ports.audit()));
    settings.put("penstock.audit.service-credential", secrets.text("audit-credential"));
    settings.put("penstock.audit.index-directory", home.folder("audit-index").toString());
    settings.put("penstock.audit.ids-directory", home.folder("audit-ids").toString());
    settings.put("penstock.audit.trail-bucket", ObjectStorePart.TRAIL_BUCKET);
    settings.put("penstock.audit.log-origin", LOG_ORIGIN);
    settings.put(
        "penstock.audit.signing-keys", secrets.signingKey("audit-log", LOG_ORIGIN).toString());
    return settings;
  }

  static Path manageTokenFile(Home home) throws IOException {
    return home.folder("secrets").resolve("manage-token");
  }
}
