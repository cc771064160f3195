package io.penstock.model.job;

import io.penstock.model.Secret;

/**
 * A database role's log-in. It travels only sealed.
 *
 * @param role the role's name
 * @param password its password
 */
public record RoleCredential(String role, String password) {
  public Secret secret() {
    return Secret.of(password);
  }

  @Override
  public String toString() {
    return "RoleCredential[" + role + "]";
  }
}
