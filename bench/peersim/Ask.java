package flood;

import peersim.config.Configuration;
import java.lang.management.ManagementFactory;
import java.nio.file.*;
import peersim.core.*;

/** A full flood from a random node at each step; prints the rate at the end. */
public class Ask implements Control {
	final int pid, ttl, queries;
	int asked;
	long started, used;
	public Ask(String prefix) {
		pid = Configuration.getPid(prefix + ".protocol");
		ttl = Configuration.getInt(prefix + ".ttl");
		queries = Configuration.getInt(prefix + ".queries");
	}
	public boolean execute() {
		if (asked == 0) {
			started = System.nanoTime();
			used = processorTime();
		}
		if (asked++ < queries) {
			Node node = Network.get(CommonState.r.nextInt(Network.size()));
			Flood flood = (Flood) node.getProtocol(pid);
			Flood.Guid guid = new Flood.Guid(CommonState.r.nextLong(), CommonState.r.nextLong());
			flood.seen.put(guid, node);
			flood.send(node, pid, new Flood.Query(guid, ttl, 0, node), null);
			return false;
		}
		double seconds = (System.nanoTime() - started) / 1e9;
		double cpu = (processorTime() - used) / 1e9;
		System.out.println("{\"messages\":" + Flood.messages + ",\"rate\":" + Flood.messages / seconds + ",\"cpuRate\":"
			+ Flood.messages / cpu + ",\"bytesPerNode\":" + (double) resident() / Network.size() + "}");
		return true;
	}
	/** Of all threads: the collector's too. */
	static long processorTime() {
		return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
	}
	static long resident() {
		try {
			for (String line : Files.readAllLines(Paths.get("/proc/self/status")))
				if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
		} catch (java.io.IOException e) {
			// Not Linux.
		}
		return -1;
	}
}
