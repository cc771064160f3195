package io.penstock.storage.workspace;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where users of workspaces log in, and how many there may be.
 *
 * @param host as users reach the warehouse; default: as storage-api does
 * @param port as users reach the warehouse; default: as storage-api does
 * @param perProject workspaces of one project
 * @param loginsPerWorkspace further log-ins of one workspace
 */
@ConfigurationProperties("penstock.workspaces")
record WorkspaceProperties(
    @Nullable String host,
    @Nullable Integer port,
    @DefaultValue("50") int perProject,
    @DefaultValue("20") int loginsPerWorkspace) {}
