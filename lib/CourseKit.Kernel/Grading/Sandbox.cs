using System.Diagnostics;
using System.Globalization;
using CourseKit.Kernel.Running;

namespace CourseKit.Kernel.Grading;

/// <summary>
/// What keeps a submission from everything that is not its own. With bubblewrap (the program <c>bwrap</c>): no network, no process but its own, all files
/// read-only but for its folder, those of users and of the class out of sight. Without it, on Linux: limits only, and an environment without secrets.
/// </summary>
public sealed class Sandbox
{
    private readonly bool walls, limits;

    private Sandbox(bool walls, bool limits) => (this.walls, this.limits) = (walls, limits);

    /// <summary>The strictest that this system allows.</summary>
    public static Sandbox Strictest { get; } = new(Works("bwrap", "--ro-bind", "/", "/", "--unshare-all", "--", "true"), Works("prlimit", "--core=0", "true"));

    /// <summary>What it keeps out, in words for the teacher.</summary>
    public string Description => (walls, limits) switch
    {
        (true, true) => "no network, files read-only, limits on memory, files and processes",
        (false, true) => "limits on memory, files and processes; without bubblewrap (bwrap) submissions can read files and use the network",
        _ => "a time limit only: this system has neither bwrap nor prlimit",
    };

    /// <summary>The program, kept in.</summary>
    /// <param name="host">What to run.</param>
    /// <param name="folder">The only folder that it may write.</param>
    /// <param name="view">The files that it sees.</param>
    /// <param name="environment">All environment variables that it gets, PATH and HOME beside them.</param>
    /// <param name="most">What it may use.</param>
    public CellHost Around(CellHost host, string folder, SandboxView view, IReadOnlyDictionary<string, string> environment, Limits most)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(most);
        if (!limits)
            return host;
        static string Bytes(int megabytes) => (megabytes * 1_000_000L).ToString(CultureInfo.InvariantCulture);
        List<string> command = ["prlimit", $"--data={Bytes(most.Megabytes)}", $"--fsize={Bytes(most.FileMegabytes)}", $"--nproc={most.Processes}", "--core=0"];
        if (walls)
        {
            command.AddRange(["bwrap", .. view.Arguments]);
            command.AddRange(["--bind", folder, folder, "--chdir", folder, "--unshare-all", "--die-with-parent", "--new-session"]);
        }
        var own = new Dictionary<string, string>(environment) { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "", ["HOME"] = folder, ["TMPDIR"] = walls ? "/tmp" : folder };
        command.AddRange(["env", "-i", .. own.Select(variable => $"{variable.Key}={variable.Value}"), host.FileName, .. host.Arguments]);
        return new(command[0], command[1..]) { TakesAllAlong = walls };
    }

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // not installed
        }
    }
}
