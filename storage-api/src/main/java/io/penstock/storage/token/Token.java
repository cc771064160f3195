package io.penstock.storage.token;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code token}. The secret's hash is set once the id, which is sealed with it, is known.
 */
@Entity
@Table(name = "token")
class Token {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long id;

  private long projectId;
  private @Nullable Long personId;
  private @Nullable Long creatorId;
  private @Nullable String creatorDescription;
  private String description = "";

  @SuppressWarnings("UnusedVariable") // written here, read by the caller query
  private byte[] secretHash = {};

  private boolean master;
  private boolean canManageBuckets;

  @Column(name = "can_read_all_files")
  private boolean canReadAllFiles;

  private boolean canPurgeTrash;

  @JdbcTypeCode(SqlTypes.ARRAY)
  private String[] componentAccess = {};

  private Instant createdAt = Instant.EPOCH;
  private Instant refreshedAt = Instant.EPOCH;
  private @Nullable Instant expiresAt;
  private boolean disabled;
  private @Nullable Instant deletedAt;

  protected Token() {}

  Token(long projectId, NewToken wanted, byte[] secretHash, Instant now) {
    this.projectId = projectId;
    this.personId = wanted.personId();
    this.creatorId = wanted.creatorId();
    this.creatorDescription = wanted.creatorDescription();
    this.description = wanted.description();
    this.secretHash = secretHash.clone();
    this.master = wanted.personId() != null;
    this.canManageBuckets = master || wanted.canManageBuckets();
    this.canReadAllFiles = master || wanted.canReadAllFiles();
    this.canPurgeTrash = master || wanted.canPurgeTrash();
    this.componentAccess = wanted.componentAccess().toArray(String[]::new);
    this.createdAt = now;
    this.refreshedAt = now;
    this.expiresAt = wanted.expiresAt();
  }

  long id() {
    if (id == null) {
      throw new IllegalStateException("The token was not saved yet");
    }
    return id;
  }

  void describe(String text) {
    this.description = text;
  }

  void grant(
      @Nullable Boolean readAllFiles,
      @Nullable Boolean purgeTrash,
      @Nullable List<String> components) {
    if (readAllFiles != null) {
      this.canReadAllFiles = readAllFiles;
    }
    if (purgeTrash != null) {
      this.canPurgeTrash = purgeTrash;
    }
    if (components != null) {
      this.componentAccess = components.toArray(String[]::new);
    }
  }

  void delete(Instant now) {
    this.deletedAt = now;
  }

  long projectId() {
    return projectId;
  }

  @Nullable Long personId() {
    return personId;
  }

  @Nullable Long creatorId() {
    return creatorId;
  }

  @Nullable String creatorDescription() {
    return creatorDescription;
  }

  String description() {
    return description;
  }

  boolean master() {
    return master;
  }

  boolean canManageBuckets() {
    return canManageBuckets;
  }

  boolean canReadAllFiles() {
    return canReadAllFiles;
  }

  boolean canPurgeTrash() {
    return canPurgeTrash;
  }

  List<String> componentAccess() {
    return List.of(componentAccess);
  }

  Instant createdAt() {
    return createdAt;
  }

  Instant refreshedAt() {
    return refreshedAt;
  }

  @Nullable Instant expiresAt() {
    return expiresAt;
  }

  boolean isDisabled() {
    return disabled;
  }

  @Nullable Instant deletedAt() {
    return deletedAt;
  }
}
