package org.elasticsearch.plugins;

import java.nio.file.Path;
import java.util.List;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** The one plug-in that a node needs, from the class path instead of a folder of plug-ins. */
public final class ClassPathPlugins extends PluginsService {
  private final List<LoadedPlugin> loaded;

  public ClassPathPlugins(Environment environment, PluginsLoader loader) {
    super(environment.settings(), environment.configDir(), loader);
    loaded = List.of(netty(environment.settings(), environment.configDir()));
  }

  private static LoadedPlugin netty(Settings settings, Path config) {
    Plugin plugin = loadPlugin(Netty4Plugin.class, settings, config);
    String name = Netty4Plugin.class.getName();
    PluginDescriptor descriptor =
        new PluginDescriptor(
            "netty4", "", "", "", "", name, null, List.of(), false, false, false, false, null);
    return new LoadedPlugin(descriptor, plugin, ClassPathPlugins.class.getClassLoader());
  }

  /** The first time from the super class's constructor. */
  @Override
  protected List<LoadedPlugin> plugins() {
    return loaded == null ? List.of() : loaded;
  }
}
