package io.penstock.importer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The worker as a deployable of its own. */
@SpringBootApplication(
    excludeName = {
      // On the class path of the quickstart, where the neighbours need them.
      "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceInitializationAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
      "org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration",
      "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration"
    })
@ConfigurationPropertiesScan
public class ImportWorker {

  public static void main(String[] args) {
    SpringApplication application = application().build();
    application.run(args);
  }

  /** The application, not yet started; the quickstart runs it beside its siblings. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(ImportWorker.class)
        .properties("spring.config.name=import-worker");
  }
}
