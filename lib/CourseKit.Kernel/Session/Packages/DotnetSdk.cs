using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace CourseKit.Kernel.Session.Packages;

/// <summary>Runs the .NET SDK. To fetch packages, the SDK restores a small project in a separate folder.</summary>
internal static class DotnetSdk
{
    /// <summary>The <c>dotnet</c> program of the current runtime if an SDK is installed there; otherwise the <c>dotnet</c> on the PATH.</summary>
    public static string Host => File.Exists(Runtime) && Directory.Exists(Path.Combine(Root, "sdk")) ? Runtime : "dotnet";

    /// <summary>The <c>dotnet</c> program of the current runtime, which runs assemblies; there need not be an SDK.</summary>
    public static string Runtime => Path.Combine(Root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The folder of the .NET installation that runs this process.</summary>
    public static string Root { get; } = Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    /// <summary>The path of the file with the results of a restore in the folder.</summary>
    public static string AssetsFile(string folder) => Path.Combine(folder, "obj", "project.assets.json");

    /// <summary>Restores a project.</summary>
    /// <param name="folder">The folder for the project, which holds nothing else.</param>
    /// <param name="project">The project file's text.</param>
    /// <param name="said">Called with each line that the SDK prints to stdout.</param>
    /// <param name="cancel">Kills the SDK's process.</param>
    /// <returns>The errors, such as <c>NU1101: ...</c>. If the restore wrote no result file, the whole printed text is the only error.</returns>
    /// <exception cref="Win32Exception">There is no <c>dotnet</c> program.</exception>
    public static async Task<IReadOnlyList<string>> RestoreAsync(string folder, string project, Action<string> said, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "packages.csproj"), project, cancel);
        // MSBuild would take these files from a folder above and change the project. Empty files here prevent this.
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
        // If a build started the host process, the MSBUILD variables describe the SDK of that build. They must not reach this SDK.
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
