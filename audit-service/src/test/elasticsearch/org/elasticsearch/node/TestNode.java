package org.elasticsearch.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.plugins.ClassPathPlugins;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;

/**
 * A real Elasticsearch node from the jars that stand on Maven Central, without the distribution
 * around them: {@code TestNode home-directory port}. Prints {@code ready PORT}, and ends when its
 * standard input ends: it never outlives the test that started it.
 */
public final class TestNode extends Node {

  private TestNode(Environment environment, PluginsLoader loader) {
    super(
        NodeConstruction.prepareConstruction(
            environment,
            loader,
            new NodeServiceProvider() {
              @Override
              PluginsService newPluginService(Environment of, PluginsLoader with) {
                return new ClassPathPlugins(of, with);
              }
            },
            false));
  }

  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    Files.createDirectories(home.resolve("config"));
    LogConfigurator.configureESLogging();
    LogConfigurator.configureWithoutConfig(Settings.EMPTY);
    Settings settings =
        Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "penstock-test")
            .put("node.name", "test")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", args[1])
            .put("transport.port", "0")
            .put("http.type", "netty4")
            .put("transport.type", "netty4")
            .put("node.store.allow_mmap", false)
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(
            settings, Map.of(), home.resolve("config"), () -> "test");
    PluginsLoader loader = PluginsLoader.createPluginsLoader(Set.of(), Set.of(), Map.of(), false);
    TestNode node = new TestNode(environment, loader);
    node.start();
    int port =
        node.injector()
            .getInstance(HttpServerTransport.class)
            .boundAddress()
            .publishAddress()
            .getPort();
    System.out.println("ready " + port);
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }
}
