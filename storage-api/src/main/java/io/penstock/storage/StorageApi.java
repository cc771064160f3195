package io.penstock.storage;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway as a deployable of its own. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class StorageApi {

  public static void main(String[] args) {
    SpringApplication application = application().build();
    application.run(args);
  }

  /** The application, not yet started; the quickstart runs it beside its siblings. */
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(StorageApi.class)
        .properties("spring.config.name=storage-api");
  }
}
