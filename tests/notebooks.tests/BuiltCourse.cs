using System.Diagnostics;

namespace CourseKit.Notebooks.Tests;

/// <summary>The checkout and its command line, as they were built with this program.</summary>
internal static class BuiltCourse
{
    // tests/THIS/bin/CONFIGURATION/net10.0
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory);

    public static string Root { get; } = Here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The command line's executable.</summary>
    public static string Program { get; } = Path.Combine(Root, "lib", "CourseKit.Cli", "bin", Here.Parent!.Name, Here.Name,
        OperatingSystem.IsWindows() ? "CourseKit.Cli.exe" : "CourseKit.Cli");

    private static readonly Lazy<string> Installed = new(() =>
    {
        var prefix = Directory.CreateTempSubdirectory("coursekit-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => prefix.Delete(recursive: true);
        using var install = Process.Start(new ProcessStartInfo(Program, ["kernel", "install", "--prefix", prefix.FullName]) { RedirectStandardOutput = true })!;
        install.StandardOutput.ReadToEnd();
        install.WaitForExit();
        return install.ExitCode == 0 ? Path.Combine(prefix.FullName, "share", "jupyter", "kernels", "coursekit", "bin", Path.GetFileName(Program))
            : throw new InvalidOperationException($"kernel install ended with {install.ExitCode}.");
    });

    /// <summary>The command line as <c>kernel install</c> compiles it. It starts in less than half the time, and a run starts it again for each notebook.</summary>
    public static string Compiled => Installed.Value;
}
