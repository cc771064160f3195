package io.penstock.storage.people;

import io.penstock.model.Secret;
import io.penstock.model.audit.AuditRecord.AuditObject;
import io.penstock.storage.access.ManageTokens;
import io.penstock.storage.web.Acts;
import io.penstock.storage.web.Acts.Act;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the first super admin, since nobody could: the token goes to a file that only its owner can
 * read. A second start with the file in place does nothing; a lost file gives a new token.
 */
@Component
class Bootstrap implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(Bootstrap.class);

  private final PeopleProperties properties;
  private final Persons persons;
  private final ManageTokens tokens;
  private final TransactionTemplate transaction;
  private final Acts acts;

  Bootstrap(
      PeopleProperties properties,
      Persons persons,
      ManageTokens tokens,
      TransactionTemplate transaction,
      Acts acts) {
    this.properties = properties;
    this.persons = persons;
    this.tokens = tokens;
    this.transaction = transaction;
    this.acts = acts;
  }

  @Override
  public void run(ApplicationArguments arguments) throws IOException {
    if (properties.bootstrapTokenFile() == null) {
      return;
    }
    Path file = Path.of(properties.bootstrapTokenFile());
    if (Files.exists(file)) {
      return;
    }
    Secret token =
        transaction.execute(
            _ -> {
              long person =
                  persons.findOrCreate(properties.bootstrapEmail(), "Administrator", true);
              acts.append(
                  new Act(
                      "administrator.create",
                      "The installation's first super admin was given a token of the Manage API",
                      new AuditObject("user", Long.toString(person), properties.bootstrapEmail()),
                      Map.of()));
              return tokens.issue(person, "Bootstrap");
            });
    Path draft =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            "manage-token",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(draft, token.reveal().getBytes(StandardCharsets.US_ASCII));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    log.info(
        "The first super admin is {}; the Manage API token is in {}",
        properties.bootstrapEmail(),
        file);
  }
}
