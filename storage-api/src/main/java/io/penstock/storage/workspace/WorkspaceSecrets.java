package io.penstock.storage.workspace;

import io.penstock.aws.Keyring;
import io.penstock.model.Json;
import io.penstock.model.job.RoleCredential;
import io.penstock.model.job.WorkspaceNames;
import io.penstock.model.job.WorkspaceSecret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes passwords and seals them. May ask the key service: not for transactions. Thread-safe. */
@Component
class WorkspaceSecrets {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  /** 43 of 62 letters: 256 bits. */
  private static final int LENGTH = 43;

  private final Keyring keyring;
  private final SecureRandom random = new SecureRandom();

  WorkspaceSecrets(Keyring keyring) {
    this.keyring = keyring;
  }

  String newPassword() {
    StringBuilder password = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return password.toString();
  }

  RoleCredential newWorker(WorkspaceNames names) {
    return new RoleCredential(names.workerRole(), newPassword());
  }

  byte[] sealed(WorkspaceNames names, @Nullable String password, @Nullable RoleCredential worker) {
    return keyring.seal(
        names.projectId(),
        Json.write(new WorkspaceSecret(password, worker)).getBytes(StandardCharsets.UTF_8),
        WorkspaceSecret.context(names.projectId(), names.workspaceId()));
  }
}
