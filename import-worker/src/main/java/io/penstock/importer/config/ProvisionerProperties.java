package io.penstock.importer.config;

import io.penstock.model.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The provisioner, which makes projects' databases and roles. Off by default: one deployment of the
 * worker has it, with a credential that no other has.
 *
 * @param enabled listens for provisioning jobs
 * @param username a role with CREATEDB and CREATEROLE
 * @param password of that role
 * @param database where it logs in to create others
 */
@ConfigurationProperties("penstock.provisioner")
public record ProvisionerProperties(
    @DefaultValue("false") boolean enabled,
    @Nullable String username,
    @Nullable Secret password,
    @DefaultValue("postgres") String database) {

  public ProvisionerProperties {
    if (enabled && (username == null || password == null)) {
      throw new IllegalArgumentException(
          "penstock.provisioner.enabled needs penstock.provisioner.username and .password");
    }
  }
}
