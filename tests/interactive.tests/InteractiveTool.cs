using System.Diagnostics;
using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Interactive.Tests;

/// <summary>Microsoft's .NET Interactive, the tool itself. It is installed once, beside these tests.</summary>
internal static class InteractiveTool
{
    private const string Package = "Microsoft.dotnet-interactive", Version = "1.0.712001";

    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>Starts its C# kernel in the folder of the course's lectures.</summary>
    public static async Task<KernelProcess> StartAsync(TempFolder home, string notebooks)
    {
        var program = await Installed.Value;
        return new(home.Root, notebooks, connection => [program, "jupyter", "--default-kernel", "csharp", connection],
            ("DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE", "1"), ("OMP_NUM_THREADS", "1"), ("OMP_WAIT_POLICY", "PASSIVE"));
    }

    private static async Task<string> InstallAsync()
    {
        var folder = Path.Combine(BuiltCourse.Root, "tests", "interactive.tests", "obj", $"tool-{Version}");
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet-interactive.exe" : "dotnet-interactive");
        if (File.Exists(program))
            return program;
        var beside = $"{folder}.{Guid.NewGuid():N}";
        using (var install = Process.Start("dotnet", ["tool", "install", "--verbosity", "quiet", "--tool-path", beside, Package, "--version", Version]))
        {
            await install.WaitForExitAsync();
            if (install.ExitCode != 0)
                throw new InvalidOperationException($"{Package} {Version} cannot be installed; what dotnet said stands above.");
        }
        Directory.Move(beside, folder);
        return program;
    }
}
