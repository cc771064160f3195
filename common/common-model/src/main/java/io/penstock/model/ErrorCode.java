package io.penstock.model;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every reason for which a call or a job can fail. A constant carries the contract's wire code and
 * HTTP status, and the category that decides who has to act: retries, log level and alerts follow
 * it. Wire codes are never renamed.
 */
public enum ErrorCode {
  TOKEN_MISSING(Category.UNAUTHENTICATED, null, 401),
  TOKEN_INVALID(Category.UNAUTHENTICATED, "storage.tokenInvalid", 401),
  TOKEN_EXPIRED(Category.UNAUTHENTICATED, "storage.tokenExpired", 401),
  TOKEN_DISABLED(Category.UNAUTHENTICATED, "storage.tokenDisabled", 401),
  ACCESS_DENIED(Category.FORBIDDEN, "accessDenied", 403),

  ROUTE_NOT_FOUND(Category.NOT_FOUND, "notFound", 404),
  METHOD_NOT_ALLOWED(Category.CALLER, "methodNotAllowed", 405),
  BRANCH_NOT_FOUND(Category.NOT_FOUND, "storage.branches.notFound", 404),
  TOKEN_NOT_FOUND(Category.NOT_FOUND, "storage.tokens.notFound", 404),
  BUCKET_NOT_FOUND(Category.NOT_FOUND, "storage.buckets.notFound", 404),
  TABLE_NOT_FOUND(Category.NOT_FOUND, "storage.tables.notFound", 404),
  FILE_NOT_FOUND(Category.NOT_FOUND, "storage.files.notFound", 404),
  SNAPSHOT_NOT_FOUND(Category.NOT_FOUND, "storage.snapshots.notFound", 404),
  JOB_NOT_FOUND(Category.NOT_FOUND, "storage.jobs.notFound", 404),
  METADATA_NOT_FOUND(Category.NOT_FOUND, "storage.metadata.notFound", 404),
  ATTRIBUTE_NOT_FOUND(Category.NOT_FOUND, "storage.attributes.notFound", 404),
  BUCKET_OWNER_NOT_FOUND(Category.NOT_FOUND, "storage.buckets.owner.notFound", 404),
  EVENT_NOT_FOUND(Category.NOT_FOUND, "storage.events.notFound", 404),
  TRIGGER_NOT_FOUND(Category.NOT_FOUND, "storage.triggers.notFound", 404),
  ORGANISATION_NOT_FOUND(Category.NOT_FOUND, "manage.organizations.notFound", 404),
  PROJECT_NOT_FOUND(Category.NOT_FOUND, "manage.projects.notFound", 404),
  USER_NOT_FOUND(Category.NOT_FOUND, "manage.users.notFound", 404),

  VALIDATION(Category.CALLER, "storage.validation", 400),
  VALIDATION_FAILED(Category.CALLER, "validation.failed", 400),
  MALFORMED_REQUEST(Category.CALLER, "malformedRequest", 400),
  REQUEST_TOO_LARGE(Category.CALLER, "requestTooLarge", 400),
  IDEMPOTENCY_KEY_REUSED(Category.CALLER, "idempotencyKeyReused", 400),

  /** The first call was carried out, but what it was answered is not known any more. */
  IDEMPOTENCY_ANSWER_UNKNOWN(Category.CONFLICT, "idempotencyAnswerUnknown", 400),
  TOKEN_INVALID_PERMISSIONS(Category.CALLER, "storage.tokens.invalidPermissions", 400),
  TOKEN_CANNOT_DELETE_MASTER(Category.CALLER, "storage.tokens.cannotDeleteMasterToken", 400),
  TOKEN_USED_BY_TRIGGER(Category.CONFLICT, "storage.tokens.usedByTrigger", 400),
  BUCKET_VALIDATION(Category.CALLER, "storage.buckets.validation", 400),
  BUCKET_EXISTS(Category.CONFLICT, "storage.buckets.alreadyExists", 400),
  BUCKET_NOT_EMPTY(Category.CONFLICT, "buckets.deleteNotEmpty", 400),
  BUCKET_SHARED_TWICE(Category.CONFLICT, "storage.buckets.shareTwice", 400),
  BUCKET_LINKED(Category.CONFLICT, "storage.buckets.alreadyLinked", 400),
  BUCKET_IS_SHARED(Category.CONFLICT, "storage.buckets.isShared", 400),
  DEPENDENT_OBJECTS(Category.CONFLICT, "storage.dependentObjects", 400),
  TABLE_VALIDATION(Category.CALLER, "storage.tables.validation", 400),
  TABLE_EXISTS(Category.CONFLICT, "storage.buckets.tableAlreadyExists", 400),
  ALIAS_IMPORT_NOT_ALLOWED(Category.CONFLICT, "storage.tables.aliasImportNotAllowed", 400),
  ALIAS_ROWS_DELETE_NOT_ALLOWED(Category.CONFLICT, "storage.tables.aliasRowsDeleteNotAllowed", 400),
  ALIASES_NAME_COLUMN(Category.CONFLICT, "storage.tables.cannotDeleteReferencedColumn", 400),
  ALIASES_NEED_KEY(
      Category.CONFLICT, "storage.tables.cannotRemoveReferencedColumnFromPrimaryKey", 400),
  ALIASES_FILTER_BY_INDEX(
      Category.CONFLICT, "storage.tables.cannotRemoveReferencedColumnFromIndexed", 400),
  TABLE_INVALID_COLUMN_NAME(Category.CALLER, "storage.tables.validation.invalidColumnName", 400),
  TABLE_NO_COLUMNS(Category.CALLER, "storage.tables.validation.noColumns", 400),
  TABLE_TOO_MANY_COLUMNS(Category.CALLER, "storage.tables.validation.tooManyColumns", 400),
  TABLE_INVALID_PRIMARY_KEY(
      Category.CALLER, "storage.tables.validation.invalidPrimaryKeyColumns", 400),
  PRIMARY_KEY_DUPLICATES(Category.CALLER, "storage.tables.primaryKeyDuplicateValues", 400),
  TABLE_INVALID_FORMAT(Category.CALLER, "storage.tables.validation.invalidFormat", 400),
  TABLE_INVALID_DATE_TIME(Category.CALLER, "storage.tables.validation.invalidDateTime", 400),
  TABLE_INVALID_FILTER_VALUES(
      Category.CALLER, "storage.tables.validation.invalidFilterValues", 400),

  /** There is no full load that is the table's last change, or the rows before it have gone. */
  IMPORT_NOT_UNDOABLE(Category.CONFLICT, "storage.tables.importNotUndoable", 400),
  COLUMN_NOT_EXISTS(Category.CALLER, "storage.tables.columnNotExists", 400),

  /** What {@code dataUrl} names must not be fetched, or cannot be. */
  URL_FETCH(Category.CALLER, "storage.urlFetchError", 400),

  /** As {@link #COLUMN_NOT_EXISTS}, where the column is the resource that the path names. */
  COLUMN_NOT_FOUND(Category.NOT_FOUND, "storage.tables.columnNotExists", 404),
  COLUMN_EXISTS(Category.CONFLICT, "storage.tables.columnAlreadyExists", 400),
  COLUMN_INVALID_NAME(Category.CALLER, "storage.tables.invalidColumnName", 400),
  COLUMN_IN_PRIMARY_KEY(Category.CONFLICT, "storage.tables.cannotDeletePrimaryKeyColumn", 400),
  PRIMARY_KEY_VALIDATION(Category.CALLER, "storage.validation.primaryKey", 400),
  PRIMARY_KEY_EXISTS(Category.CONFLICT, "storage.tables.primaryKeyAlreadyExists", 400),
  UNINTENDED_TRUNCATION(Category.CALLER, "storage.tables.validation.unintendedTruncation", 400),
  INDEXED_COLUMNS_EXCEED(Category.CALLER, "storage.tables.indexedColumnsCountExceed", 400),
  COLUMN_NOT_INDEXED(Category.CALLER, "storage.tables.columnNotIndexed", 400),
  METADATA_INVALID_STRUCTURE(Category.CALLER, "storage.metadata.invalidStructure", 400),
  METADATA_INVALID_KEY(Category.CALLER, "storage.metadata.invalidKey", 400),
  METADATA_INVALID_PROVIDER(Category.CALLER, "storage.metadata.invalidProvider", 400),
  ATTRIBUTE_VALIDATION(Category.CALLER, "storage.attributes.validation", 400),
  FILE_NOT_UPLOADED(Category.CALLER, "storage.fileNotUploaded", 400),
  FILE_UPLOADED(Category.CONFLICT, "storage.files.alreadyUploaded", 400),
  EVENT_SCHEMA(Category.CALLER, "storage.event.schemaValidationFailed", 400),
  WEBALIZE_DISPLAY_NAME(Category.CALLER, "storage.webalize.displayName.invalid", 422),
  QUERY_SYNTAX(Category.CALLER, "query.syntax", 400),
  MANAGE_VALIDATION(Category.CALLER, "manage.validation", 422),

  /** The file does not follow RFC 4180 in the dialect that the caller named. */
  INVALID_CSV(Category.CALLER, "invalidCsv", 400),
  CSV_COLUMNS_NOT_MATCH(Category.CALLER, "csvImport.columnsNotMatch", 400),

  /** The file is well-formed, but a value is not of its column's type. */
  CSV_INVALID_VALUE(Category.CALLER, "csvImport.invalidValue", 400),
  SLICE_MANIFEST_MISSING(Category.CALLER, "storage.manifestFileMissing", 400),
  SLICE_MISSING(Category.CALLER, "storage.importFileMissing", 400),
  SLICE_OUTSIDE_FILE(Category.CALLER, "storage.unauthorizedAccess", 400),

  WORKSPACE_NOT_FOUND(Category.NOT_FOUND, "workspace.workspaceNotFound", 404),
  WORKSPACE_CREDENTIALS_NOT_FOUND(Category.NOT_FOUND, "workspace.credentialsNotFound", 404),
  WORKSPACE_SOURCE_NOT_FOUND(Category.NOT_FOUND, "workspace.sourceNotFound", 404),
  WORKSPACE_TABLE_NOT_FOUND(Category.NOT_FOUND, "workspace.tableNotFound", 404),
  WORKSPACE_BACKEND(Category.CALLER, "workspace.backendNotSupported", 400),
  WORKSPACE_LIMIT(Category.CALLER, "workspace.limitReached", 400),
  WORKSPACE_NO_LOGIN(Category.CALLER, "workspace.noLogin", 400),
  WORKSPACE_DUPLICATE_TABLE(Category.CONFLICT, "workspace.duplicateTable", 400),
  WORKSPACE_COLUMNS_NOT_MATCH(Category.CALLER, "workspace.columnsNotMatch", 400),

  /** A value does not fit into the column, or the table not into the workspace. */
  WORKSPACE_LOAD_FAILED(Category.CALLER, "workspace.loadFailed", 400),

  /** A session of the workspace's user holds the table, or other objects depend on it. */
  WORKSPACE_TABLE_IN_USE(Category.CONFLICT, "workspace.tableInUse", 400),
  TABLE_NON_EXISTING_COLUMNS(Category.CALLER, "storage.tables.nonExistingColumns", 400),

  TOO_MANY_REQUESTS(Category.TRY_LATER, "tooManyRequests", 429),
  NOT_IMPLEMENTED(Category.CALLER, "notImplemented", 501),
  UNAVAILABLE(Category.TRY_LATER, "serviceUnavailable", 503),
  INTERNAL(Category.OURS, "internalError", 500);

  /** Who has to act. */
  public enum Category {
    CALLER,
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONFLICT,
    TRY_LATER,
    OURS
  }

  private final Category category;
  private final @Nullable String wireCode;
  private final int httpStatus;

  ErrorCode(Category category, @Nullable String wireCode, int httpStatus) {
    this.category = category;
    this.wireCode = wireCode;
    this.httpStatus = httpStatus;
  }

  /** Who has to act. */
  public Category category() {
    return category;
  }

  /** The first constant of that code. */
  public static Optional<ErrorCode> ofWireCode(String wireCode) {
    return Arrays.stream(values()).filter(code -> wireCode.equals(code.wireCode)).findFirst();
  }

  /** The contract's {@code code}; null only for a call without any token, which has none. */
  public @Nullable String wireCode() {
    return wireCode;
  }

  /** The status at the edge. */
  public int httpStatus() {
    return httpStatus;
  }
}
