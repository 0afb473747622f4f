using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>Runs the .NET SDK. It fetches packages when it restores a project that stands alone in a folder.</summary>
internal static class DotnetSdk
{
    /// <summary>The <c>dotnet</c> of the runtime that we run on, if that has an SDK; else the one on the path.</summary>
    public static string Host
    {
        get
        {
            var own = Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            return File.Exists(own) && Directory.Exists(Path.Combine(Root, "sdk")) ? own : "dotnet";
        }
    }

    /// <summary>The folder where the runtime that we run on is installed.</summary>
    public static string Root { get; } = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    /// <summary>The file that says what a restore in a folder found.</summary>
    public static string AssetsFile(string folder) => Path.Combine(folder, "obj", "project.assets.json");

    /// <summary>Restores a project.</summary>
    /// <param name="folder">The folder for the project, which holds nothing else.</param>
    /// <param name="project">The project file's text.</param>
    /// <param name="said">Called with each line that the SDK prints.</param>
    /// <param name="cancel">Kills the SDK.</param>
    /// <returns>The errors, each with its code first; empty if there are none.</returns>
    /// <exception cref="Win32Exception">There is no SDK.</exception>
    public static async Task<IReadOnlyList<string>> RestoreAsync(string folder, string project, Action<string> said, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "packages.csproj"), project, cancel);
        // Files above the folder must not change the project.
        foreach (var name in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), "<Project />", cancel);
        var (_, output) = await RunAsync(Host, ["restore", "--nologo", "-nodeReuse:false"], folder, said, cancel);
        return File.Exists(AssetsFile(folder)) ? Errors(AssetsFile(folder)) : [output.Trim()];
    }

    /// <summary>Runs a tool of the SDK to its end.</summary>
    /// <returns>The tool's exit code and everything that it printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string tool, IEnumerable<string> arguments, string folder, Action<string> said, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // The host process may have been told about its own SDK and build. That does not concern the SDK's process.
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        // The SDK's output is searched for English words.
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancel);
            var output = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                output.AppendLine(line);
                said(line);
            }
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, output.Append(await error).ToString());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    private static List<string> Errors(string assets) => [.. (JsonNode.Parse(File.ReadAllText(assets))!["logs"]?.AsArray() ?? [])
        .Where(log => (string?)log!["level"] == "Error").Select(log => $"{log!["code"]}: {log["message"]}")];
}
