using System.Globalization;
using System.Runtime.InteropServices;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>The processes that code of cells has started, on Linux. Other systems do not tell a process about its children, so nothing is ended there.</summary>
internal static partial class ChildProcesses
{
    private const int Terminate = 15, Kill = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly HashSet<Running> Asked = [];

    /// <summary>Asks children of this process to end, with all their descendants, and kills those that do not. Each is asked once. Returns at once.</summary>
    /// <param name="youngerThan">The age up to which children are ended.</param>
    public static void End(TimeSpan youngerThan)
    {
        if (!OperatingSystem.IsLinux())
            return;
        List<Running> ended;
        lock (Asked)
            ended = [.. Descendants(youngerThan).Where(Asked.Add)];
        foreach (var process in ended)
            _ = Signal(process.Id, Terminate);
        if (ended.Count == 0)
            return;
        new Thread(() =>
        {
            Thread.Sleep(Patience);
            foreach (var process in All().Intersect(ended))
                _ = Signal(process.Id, Kill);
        })
        { IsBackground = true, Name = "end of children" }.Start();
    }

    /// <summary>Kills all children of this process, with their descendants.</summary>
    public static void KillAll()
    {
        if (!OperatingSystem.IsLinux())
            return;
        foreach (var process in Descendants(TimeSpan.MaxValue))
            _ = Signal(process.Id, Kill);
    }

    private static List<Running> Descendants(TimeSpan youngerThan)
    {
        var all = All();
        // The clock of process starts counts hundredths of a second.
        var now = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        List<Running> found = [.. all.Where(process => process.Parent == Environment.ProcessId && now - process.Started / 100.0 <= youngerThan.TotalSeconds + .02)];
        for (var i = 0; i < found.Count; i++)
            found.AddRange(all.Where(process => process.Parent == found[i].Id));
        return found;
    }

    private static List<Running> All() => [.. Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Read(id) : null).OfType<Running>()];

    // The second field is the program's name in parentheses. The name may contain anything, so the fields are counted behind its end.
    private static Running? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : new(id, int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // The process has ended.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Signal(int process, int signal);

    // Started, in hundredths of a second since the machine started, tells a process from a later one with the same number.
    private sealed record Running(int Id, int Parent, long Started);
}
