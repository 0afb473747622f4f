using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CourseKit.Kernel.Grading;

/// <summary>What processes take, as Linux tells it in <c>/proc</c>. Other systems tell no process's children, so there only the process itself counts.</summary>
internal static class ProcessTree
{
    /// <summary>The memory and the number of threads of a process and all that descend from it.</summary>
    /// <param name="root">The id of the process.</param>
    /// <returns>The memory in MB without mapped files, and the number of threads; zeros if the process has ended.</returns>
    public static (long Megabytes, int Tasks) Of(int root)
    {
        if (!OperatingSystem.IsLinux())
            return OfAlone(root);
        var all = All().ToDictionary(process => process.Id);
        var (kilobytes, tasks) = (0L, 0);
        foreach (var process in all.Values.Where(process => Descends(process.Id)))
        {
            // Files that a process maps, such as libraries, are shared with others and cost nothing more.
            var status = Status(process.Id);
            kilobytes += status.GetValueOrDefault("RssAnon") + status.GetValueOrDefault("RssShmem") + status.GetValueOrDefault("VmSwap");
            tasks += (int)status.GetValueOrDefault("Threads");
        }
        return (kilobytes * 1024 / 1_000_000, tasks);

        bool Descends(int id)
        {
            // The number of steps is bounded: an id may be reused while /proc is read, and then the parents may form a circle.
            for (var steps = 0; steps < all.Count && all.TryGetValue(id, out var process); steps++, id = process.Parent)
            {
                if (id == root)
                    return true;
            }
            return false;
        }
    }

    private static (long Megabytes, int Tasks) OfAlone(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return ((OperatingSystem.IsWindows() ? process.PrivateMemorySize64 : process.WorkingSet64) / 1_000_000, process.Threads.Count);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return default; // the process has ended
        }
    }

    /// <summary>How many processes and threads the user of this process runs on the whole machine.</summary>
    public static int TasksOfUser()
    {
        var own = Status(Environment.ProcessId).GetValueOrDefault("Uid", -1);
        return (int)All().Select(process => Status(process.Id)).Where(status => status.GetValueOrDefault("Uid", -2) == own).Sum(status => status.GetValueOrDefault("Threads"));
    }

    private static IEnumerable<(int Id, int Parent)> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // "ID (NAME) STATE PARENT ..."; the name may hold anything, also parentheses.
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read($"{folder}/stat") is { } stat
                && stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..])
            {
                yield return (id, int.Parse(parent, CultureInfo.InvariantCulture));
            }
        }
    }

    // The numbers of /proc/ID/status, such as "RssAnon:	   1234 kB". Of several numbers in a line, the first.
    private static Dictionary<string, long> Status(int id) => (Read($"/proc/{id}/status") ?? "").Split('\n').Select(line => line.Split(':', 2))
        .Where(line => line.Length == 2).Select(line => (Name: line[0], Value: line[1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()))
        .Where(line => long.TryParse(line.Value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(line => line.Name, line => long.Parse(line.Value!, CultureInfo.InvariantCulture));

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the process has ended meanwhile
        }
    }
}
