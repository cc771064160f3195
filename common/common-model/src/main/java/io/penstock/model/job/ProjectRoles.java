package io.penstock.model.job;

/**
 * The two roles of a project's database, sent sealed to the provisioner.
 *
 * @param writer loads, exports and drops; owns the schema {@code _penstock}
 * @param reader previews: may only select
 */
public record ProjectRoles(RoleCredential writer, RoleCredential reader) {}
