using System.Text.Json.Nodes;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Checks the .NET SDK. The SDK is needed to build, but not to run a finished build.</summary>
internal static class SdkCheck
{
    private const string Name = "sdk", Remedy = "Install the .NET 10 SDK: https://dotnet.microsoft.com/download. What is built already runs without.";

    public static DoctorCheck Of(Machine machine)
    {
        var needed = Needed(machine);
        var found = Roots(machine).SelectMany(Sdks).Distinct().OrderDescending().ToList();
        // global.json's rollForward "latestFeature" accepts an SDK with the same major and minor version that is not older.
        return found.FirstOrDefault(sdk => (sdk.Major, sdk.Minor) == (needed.Major, needed.Minor) && sdk >= needed) is { } fits ? DoctorCheck.Ok(Name, $".NET SDK {fits}")
            : found.Count > 0 ? DoctorCheck.Limited(Name, $".NET SDK {string.Join(", ", found)}; global.json asks for {needed.ToString(2)}, {needed} or newer", Remedy)
            : DoctorCheck.Limited(Name, "no .NET SDK", Remedy);
    }

    private static Version Needed(Machine machine)
    {
        var file = machine.Course is { } course ? Path.Combine(course, "global.json") : "";
        return new Version((string?)(File.Exists(file) ? JsonNode.Parse(File.ReadAllText(file)) : null)?["sdk"]?["version"] ?? "10.0.100");
    }

    private static IEnumerable<string> Roots(Machine machine)
    {
        foreach (var path in machine.Programs("dotnet"))
        {
            var program = new FileInfo(path);
            if (!Machine.IsFile(program.FullName))
                continue;
            var root = Path.GetDirectoryName(program.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? program.FullName)!;
            yield return root;
            if (Directory.Exists(Path.Combine(root, "sdk")))
                yield break; // `dotnet build` uses this SDK; a dotnet without an sdk folder may be a wrapper, so the search goes on
        }
        if (machine.Variable("DOTNET_ROOT") is { } chosen)
            yield return chosen;
        foreach (var usual in new[] { "usr/share/dotnet", "usr/lib/dotnet", "usr/local/share/dotnet" })
            yield return machine.PathOf(usual);
        if (machine.Variable("ProgramFiles") is { } programs)
            yield return Path.Combine(programs, "dotnet");
        if (machine.Home is { } home)
            yield return Path.Combine(home, ".dotnet");
    }

    private static IEnumerable<Version> Sdks(string root) => Directory.Exists(Path.Combine(root, "sdk"))
        ? Directory.GetDirectories(Path.Combine(root, "sdk")).Where(folder => File.Exists(Path.Combine(folder, "dotnet.dll"))).Select(folder => Version.TryParse(Path.GetFileName(folder), out var version) ? version : null).OfType<Version>() : [];
}
