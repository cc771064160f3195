package io.penstock.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;

class PartFailureTest {

  @Test
  void takenPortIsNamedWhicheverPartWantedIt() {
    for (RuntimeException cause :
        List.of(
            new io.penstock.embedded.PortInUseException(8080, "queues"),
            new PortInUseException(8080),
            new ConnectorStartFailedException(8080))) {
      PartFailure failure = new PartFailure("storage-api", new IllegalStateException(cause));

      assertThat(failure)
          .hasMessageStartingWith(
              "storage-api is not ready: port 8080 is taken; free it, or choose another");
      assertThat(failure.takenPort()).hasValue(8080);
    }
  }

  @Test
  void otherReasonsAreSaidAsTheyAre() {
    PartFailure failure =
        new PartFailure(
            "keyring", new IllegalStateException(new IllegalArgumentException("no key")));

    assertThat(failure).hasMessage("keyring is not ready: no key");
    assertThat(failure.takenPort()).isEmpty();
  }
}
