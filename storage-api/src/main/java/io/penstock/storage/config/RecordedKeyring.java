package io.penstock.storage.config;

import io.penstock.aws.Keyring;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.web.Acts;
import io.penstock.storage.web.Acts.Act;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;

/**
 * A keyring none of whose keys is made, used to open something, or destroyed without a record that
 * was durable before. Sealing is not recorded: whoever seals knows the secret already.
 */
final class RecordedKeyring implements Keyring {
  private final Keyring keys;
  private final Acts acts;

  RecordedKeyring(Keyring keys, Acts acts) {
    this.keys = keys;
    this.acts = acts;
  }

  @Override
  public String createOrganisationKey(long organisationId) {
    acts.announce(
        organisationId,
        null,
        new Act(
            "key.create",
            "Making the organisation's key",
            new AuditObject("key", "organisation:" + organisationId, null),
            Map.of()));
    return keys.createOrganisationKey(organisationId);
  }

  @Override
  public String createProjectKey(long organisationId, long projectId) {
    acts.announce(
        organisationId, projectId, act("key.create", "Making the project's key", projectId));
    return keys.createProjectKey(organisationId, projectId);
  }

  @Override
  public byte[] seal(long projectId, byte[] plaintext, byte[] context) {
    return keys.seal(projectId, plaintext, context);
  }

  @Override
  public byte[] open(long projectId, byte[] sealed, byte[] context)
      throws GeneralSecurityException {
    // Of a kept answer only whose it is: its key is the caller's text.
    String what =
        new String(context, StandardCharsets.UTF_8).replaceFirst("(?s)^(answer:\\d+):.*", "$1");
    Act opening = act("key.open", "Opening " + what, projectId);
    acts.announce(
        projectId,
        new Act(opening.operation(), opening.message(), opening.object(), Map.of("what", what)));
    return keys.open(projectId, sealed, context);
  }

  @Override
  public void destroyProjectKey(long projectId) {
    acts.announce(projectId, act("key.destroy", "Destroying the project's key", projectId));
    keys.destroyProjectKey(projectId);
  }

  private static Act act(String operation, String message, long projectId) {
    return new Act(
        operation, message, new AuditObject("key", "project:" + projectId, null), Map.of());
  }
}
