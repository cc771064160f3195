package io.penstock.audit;

import io.penstock.audit.ingest.IndexRebuild;
import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/**
 * Keeps and searches audit records. What its neighbours in the quickstart's class path would switch
 * on is excluded by name.
 */
@SpringBootApplication(
    excludeName = {
      "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
      "org.springframework.boot.flyway.autoconfigure.FlywayEndpointAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.metrics.DataSourcePoolMetricsAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
      "org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration",
      "org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration",
      "org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration"
    })
public class AuditService {
  private static final String REBUILD = "--rebuild-index";

  /** With {@code --rebuild-index} it makes the search index anew and ends. */
  public static void main(String[] args) {
    if (List.of(args).contains(REBUILD)) {
      rebuildIndex(args);
    } else {
      application().run(args);
    }
  }

  static void rebuildIndex(String... args) {
    application()
        .profiles(IndexRebuild.PROFILE)
        .properties("management.endpoint.health.validate-group-membership=false")
        .web(WebApplicationType.NONE)
        .run(args)
        .close();
  }

  /**
   * Several services may share a JVM and a class path: this one reads {@code audit-service.yaml}
   * only.
   */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(AuditService.class)
        .properties("spring.config.name=audit-service");
  }
}
