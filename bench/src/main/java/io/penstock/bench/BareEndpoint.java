package io.penstock.bench;

import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The yardstick for calls, a process of its own: Tomcat with virtual threads, Spring MVC, one
 * controller that answers JSON, no filter.
 */
@SpringBootConfiguration
@ImportAutoConfiguration({
  TomcatServletWebServerAutoConfiguration.class,
  DispatcherServletAutoConfiguration.class,
  WebMvcAutoConfiguration.class,
  HttpMessageConvertersAutoConfiguration.class,
  JacksonAutoConfiguration.class
})
@RestController
class BareEndpoint {
  static final String PATH = "/bare";
  static final String ID = "1";

  @GetMapping(PATH)
  Map<String, String> answer() {
    return Map.of("id", ID);
  }

  /**
   * @param arguments the port
   */
  public static void main(String... arguments) {
    new SpringApplicationBuilder(BareEndpoint.class)
        .web(WebApplicationType.SERVLET)
        .run(
            "--server.port=" + arguments[0],
            "--server.address=127.0.0.1",
            "--spring.threads.virtual.enabled=true",
            "--spring.main.banner-mode=off");
  }
}
