using System.Globalization;
using System.Text.RegularExpressions;
using CourseKit.Native;
using static System.FormattableString;

namespace CourseKit.Preflight;

/// <summary>Checks the free memory of the machine. The memory limits of control groups count too, because a container has such a limit.</summary>
internal static class MemoryCheck
{
    private const string Name = "memory", Remedy = "Close other notebooks and programs, or give the machine or the container more memory.";

    // A lecture takes up to 700 MB, and the notebook's kernel takes 150 MB. A second notebook and an editor need memory too.
    private const double LeastGigabytes = 1, EnoughGigabytes = 2;

    public static DoctorCheck Of(Machine machine)
    {
        if (Kilobytes(machine, "MemAvailable") is not { } available)
            return machine.IsHere && !OperatingSystem.IsLinux() ? DoctorCheck.Ok(Name, "not looked at on this system")
                : DoctorCheck.Limited(Name, $"{machine.PathOf("proc/meminfo")}: does not tell how much memory is free", Remedy);
        var (free, where) = (available / 1048576.0, "");
        foreach (var group in Groups(machine))
        {
            if (Bytes(machine, $"{group}/memory.max") is { } limit && (limit - Taken(machine, group)) / 1073741824.0 is var left && left < free)
                (free, where) = (left, Invariant($" of the {limit / 1073741824.0:0.0} GB that the container may take"));
        }
        var found = Invariant($"{free:0.0} GB free{where}");
        return free < LeastGigabytes ? DoctorCheck.Broken(Name, Invariant($"{found}; a lecture takes about {LeastGigabytes} GB"), Remedy)
            : free < EnoughGigabytes ? DoctorCheck.Limited(Name, $"{found}: enough for one notebook at a time", Remedy)
            : DoctorCheck.Ok(Name, found);
    }

    private static double? Kilobytes(Machine machine, string line) => Line(machine, "proc/meminfo", $@"{line}:\s+(\d+) kB");

    // memory.current includes the page cache. The system frees the page cache when programs need memory, so the page cache does not count here.
    private static long Taken(Machine machine, string group) => (Bytes(machine, $"{group}/memory.current") ?? 0)
        - (long)((Line(machine, $"{group}/memory.stat", @"inactive_file (\d+)") ?? 0) + (Line(machine, $"{group}/memory.stat", @"active_file (\d+)") ?? 0));

    // The process's own control group and all groups above it, because each of them may have a limit.
    private static IEnumerable<string> Groups(Machine machine)
    {
        const string root = "sys/fs/cgroup";
        var own = Regex.Match(machine.Read("proc/self/cgroup") ?? "", "^0::(/.*)$", RegexOptions.Multiline) is { Success: true } match ? match.Groups[1].Value : "/";
        for (; own.Trim('/').Length > 0; own = own[..own.TrimEnd('/').LastIndexOf('/')])
            yield return root + own;
        yield return root;
    }

    private static double? Line(Machine machine, string file, string pattern) =>
        Regex.Match(machine.Read(file) ?? "", $"^{pattern}", RegexOptions.Multiline) is { Success: true } match ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static long? Bytes(Machine machine, string file) => long.TryParse(machine.Read(file), out var bytes) ? bytes : null; // the file holds "max" if there is no limit
}
