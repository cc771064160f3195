package io.penstock.model.job;

/**
 * The database that those of projects are copied from, where the server's superuser has made one:
 * with rights that only it can take from PUBLIC.
 */
public final class ProjectTemplate {
  public static final String NAME = "penstock_project_template";

  /** What both kinds of database are made with: byte order, the same in every release. */
  public static final String LOCALE =
      "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'";

  private ProjectTemplate() {}
}
