package org.sparklora.jobs.run;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.IncompatibleThreadStateException;
import com.sun.jdi.Method;
import com.sun.jdi.StringReference;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.sparklora.storage.Store;

/**
 * Halts another JVM where a method of {@link Store} is called with a path of a given ending. Works
 * as a debugger does, so the program needs no hook for it.
 */
public final class JvmBreakpoint implements AutoCloseable {
  private static final long LIMIT_MILLIS = 120_000;

  private final ListeningConnector connector;
  private final Map<String, Connector.Argument> listening;
  private final String address;
  private final String method;
  private final String pathEnd;

  private JvmBreakpoint(ListeningConnector connector, String method, String pathEnd)
      throws IOException {
    this.connector = connector;
    this.method = method;
    this.pathEnd = pathEnd;
    this.listening = connector.defaultArguments();
    listening.get("localAddress").setValue("127.0.0.1");
    listening.get("timeout").setValue(Long.toString(LIMIT_MILLIS));
    try {
      this.address = connector.startListening(listening);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
  }

  /** For example {@code call("delete", "/checkpoint-2/optimizer.safetensors")}. */
  public static JvmBreakpoint call(String method, String pathEnd) throws IOException {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(c -> c.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    return new JvmBreakpoint(connector, method, pathEnd);
  }

  /** The options to start the other JVM with. */
  public List<String> javaOptions() {
    return List.of("-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address);
  }

  /** Returns once the other JVM stands still at the breakpoint; fails if it ends before. */
  public void await() throws Exception {
    VirtualMachine machine = connector.accept(listening);
    ClassPrepareRequest loaded = machine.eventRequestManager().createClassPrepareRequest();
    loaded.addClassFilter(Store.class.getName());
    loaded.enable();
    machine.resume();
    while (true) {
      EventSet events = machine.eventQueue().remove(LIMIT_MILLIS);
      if (events == null) {
        throw new IOException("no call of " + method + " with ..." + pathEnd);
      }
      for (Event event : events) {
        if (event instanceof ClassPrepareEvent prepared) {
          prepared.referenceType().methodsByName(method).forEach(JvmBreakpoint::plant);
        }
        if (event instanceof BreakpointEvent reached && isThePoint(reached)) {
          return;
        }
      }
      events.resume();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      connector.stopListening(listening);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
  }

  private static void plant(Method method) {
    EventRequest point =
        method.virtualMachine().eventRequestManager().createBreakpointRequest(method.location());
    point.enable();
  }

  private boolean isThePoint(BreakpointEvent reached) throws IncompatibleThreadStateException {
    Value path = reached.thread().frame(0).getArgumentValues().get(0);
    return path instanceof StringReference text && text.value().endsWith(pathEnd);
  }
}
