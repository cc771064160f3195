package io.penstock.bench;

import io.penstock.model.audit.AuditRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The yardstick for recording: a platform that finds this on its class path answers calls that
 * change nothing without writing their records. The product has no such switch; only the benchmark
 * starts a platform so, and checks that it wrote none.
 */
@AutoConfiguration
class RecordingOff {
  private static final String SHARED_COMMIT = "io.penstock.storage.record.SharedCommit";

  @Bean
  static BeanPostProcessor withoutRecords(ObjectProvider<DataSource> database) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean.getClass().getName().equals(SHARED_COMMIT) ? silent(bean, database) : bean;
      }
    };
  }

  private static Object silent(Object commit, ObjectProvider<DataSource> database) {
    Counters counters = new Counters(database);
    ProxyFactory proxy = new ProxyFactory(commit);
    proxy.setProxyTargetClass(true);
    proxy.addAdvice(
        (MethodInterceptor)
            call ->
                switch (call.getMethod().getName()) {
                  case "write" -> counters.of(call.getArguments()[0]);
                  case "writeAndAsk" -> unasked(counters, call.getArguments());
                  default -> call.proceed();
                });
    return proxy.getProxy();
  }

  /**
   * What is asked is left to be read alone.
   *
   * @param arguments the records, and the counter that is expected
   */
  private static Optional<Object> unasked(Counters counters, @Nullable Object[] arguments)
      throws SQLException, ReflectiveOperationException {
    return Objects.equals(arguments[1], counters.of(arguments[0]))
        ? Optional.of(
            Class.forName(SHARED_COMMIT + "$Answered")
                .getConstructor(Object.class)
                .newInstance((Object) null))
        : Optional.empty();
  }

  /**
   * What the write would have read on its way: the revocation counter, here of a second ago at
   * most, so that the database has nothing at all to do.
   */
  private static final class Counters {
    private static final Duration LIFE = Duration.ofSeconds(1);

    private final ObjectProvider<DataSource> database;
    private volatile @Nullable Seen last;

    private record Seen(long project, long counter, long nanos) {}

    Counters(ObjectProvider<DataSource> database) {
      this.database = database;
    }

    long of(@Nullable Object records) throws SQLException {
      Long project =
          records instanceof List<?> list && list.getFirst() instanceof AuditRecord first
              ? first.projectId()
              : null;
      return project == null ? -1 : of(project.longValue());
    }

    private long of(long project) throws SQLException {
      long now = System.nanoTime();
      Seen seen = last;
      if (seen == null || seen.project() != project || now - seen.nanos() > LIFE.toNanos()) {
        seen = new Seen(project, read(project), now);
        last = seen;
      }
      return seen.counter();
    }

    private long read(long project) throws SQLException {
      try (Connection connection = database.getObject().getConnection();
          PreparedStatement statement =
              connection.prepareStatement("SELECT revocation FROM project WHERE id = ?")) {
        statement.setLong(1, project);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next() ? rows.getLong(1) : -1;
        }
      }
    }
  }
}
