package io.github.drkit.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What volatile steps keep open for later ones, closed in reverse order when the run leaves this process. */
final class OpenResources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpenResources.class);

    private final Map<String, AutoCloseable> resources = new LinkedHashMap<>();

    synchronized void keep(String name, AutoCloseable resource) {
        AutoCloseable before = resources.remove(name);
        resources.put(name, resource);
        if (before != null) {
            close(name, before);
        }
    }

    synchronized <T> T opened(String name, Class<T> type) {
        Object resource = resources.get(name);
        if (!type.isInstance(resource)) {
            throw new IllegalStateException("Cannot find '" + name + "': no step of this process keeps open a "
                    + type.getSimpleName() + " of that name");
        }
        return type.cast(resource);
    }

    @Override
    public synchronized void close() {
        List<String> names = new ArrayList<>(resources.keySet());
        for (int last = names.size() - 1; last >= 0; last--) {
            AutoCloseable resource = resources.remove(names.get(last));
            if (resource != null) {
                close(names.get(last), resource);
            }
        }
    }

    private static void close(String name, AutoCloseable resource) {
        try {
            resource.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            // Closing cannot change what was observed: the run's outcome stays, and the reason is told.
            LOG.warn("Could not close '{}'", name, e);
        }
    }
}
