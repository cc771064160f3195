package io.penstock.embedded.objects;

import io.penstock.aws.local.LocalGrant;

/** Who sent a request, and what they may do. */
sealed interface Caller {

  /** What can be asked of the store. */
  enum Action {
    READ,
    LIST,
    WRITE,
    REMOVE,
    TAG,
    READ_TAGS,
    LIST_UPLOADS,
    USE_BUCKET,
    CHANGE_BUCKET
  }

  /**
   * @param key the object's key; for {@link Action#LIST} the prefix; empty for a whole bucket
   */
  boolean may(Action action, String bucket, String key);

  /** Whether a put is refused that does not ask for {@code AES256}. */
  default boolean mustNameEncryption() {
    return false;
  }

  /** One of our services. */
  record Service(ServiceKey key) implements Caller {
    @Override
    public boolean may(Action action, String bucket, String name) {
      return key.buckets().test(bucket)
          && switch (action) {
            case READ, READ_TAGS, LIST, LIST_UPLOADS, USE_BUCKET -> true;
            case WRITE, TAG, REMOVE, CHANGE_BUCKET -> key.mayWrite();
          };
    }
  }

  /** Somebody with temporary credentials. */
  record Guest(LocalGrant grant) implements Caller {
    @Override
    public boolean may(Action action, String bucket, String name) {
      return switch (action) {
        case READ -> grant.allows(LocalGrant.Verb.READ, bucket, name);
        case LIST -> grant.allows(LocalGrant.Verb.LIST, bucket, name);
        case WRITE -> grant.allows(LocalGrant.Verb.WRITE, bucket, name);
        case TAG, READ_TAGS, REMOVE, LIST_UPLOADS, USE_BUCKET, CHANGE_BUCKET -> false;
      };
    }

    @Override
    public boolean mustNameEncryption() {
      return grant.requireEncryptionHeader();
    }
  }

  /** Somebody who has not said who they are. */
  record Nobody() implements Caller {
    @Override
    public boolean may(Action action, String bucket, String name) {
      return false;
    }
  }
}
