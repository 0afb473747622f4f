using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>
/// Checks the build's output. Every file that the .deps.json file names must lie beside CourseKit.dll. If such a file is a link into the package
/// cache, the target must exist too. If other users may read the .deps.json file, they must be able to read all these files.
/// </summary>
internal static class BuildCheck
{
    private const string Name = "build", Remedy = $"Run {NativeBackend.Build}.";

    /// <summary>Whether the library comes from a build, or is to: it lies in a course's folder, or in that of a program. Else it comes from a package.</summary>
    public static bool IsBuilt(Machine machine) => machine.Course is not null || ListOf(machine) is not null;

    public static DoctorCheck Of(Machine machine)
    {
        if (machine.IsHere && OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return DoctorCheck.Broken(Name, $"Linux on {RuntimeInformation.ProcessArchitecture}, for which there is no libtorch package", "Use an x64 machine, or the dev container, which runs in emulation.");
        if (ListOf(machine) is not { } list)
            return DoctorCheck.Broken(Name, $"{machine.Build}: holds no CourseKit.deps.json, so the library is not built", Remedy);
        List<string> files;
        try
        {
            files = [.. Files(JsonNode.Parse(File.ReadAllText(list)))];
        }
        catch (JsonException error)
        {
            return DoctorCheck.Broken(Name, $"{list}: damaged ({error.Message})", Remedy);
        }
        var paths = files.Select(file => Path.Combine(machine.Build, file)).ToList();
        var forAll = $"remove {machine.Build} and run {NativeBackend.Build} with umask 022. Everyone who may read the folder can use that build.";
        if (paths.FirstOrDefault(Permissions.IsRefused) is { } refused)
            return DoctorCheck.Broken(Name, Refusal(refused, Environment.UserName), $"Ask the owner of the build: {forAll}");
        var gone = files.Where(file => !Machine.IsFile(Path.Combine(machine.Build, file))).ToList();
        if (gone.Count == 0)
        {
            // If other users may not read the list, the build is private. Then it does not matter which files they may read.
            var closed = Permissions.ClosedAt(list) is null ? paths.FirstOrDefault(path => Permissions.ClosedAt(path) is not null) : null;
            return closed is null ? DoctorCheck.Ok(Name, $"{files.Count} files in {machine.Build}")
                : DoctorCheck.Limited(Name, $"{Refusal(closed, "other users")}; this build is for {Environment.UserName} only", $"If others shall use it: {forAll}");
        }
        var first = new FileInfo(Path.Combine(machine.Build, gone[0]));
        var what = first.LinkTarget is { } target ? $"{first.FullName}: a link to {target}, which is gone (was the package cache cleared?)" : $"{first.FullName}: not found";
        return DoctorCheck.Broken(Name, $"{what}{(gone.Count > 1 ? $"; and {gone.Count - 1} more" : "")}", Remedy);
    }

    // This is CourseKit.deps.json, or the deps.json of a program if the library was copied to that program's output folder.
    private static string? ListOf(Machine machine) =>
        Directory.Exists(machine.Build) ? Directory.GetFiles(machine.Build, "*.deps.json").Order(StringComparer.Ordinal).FirstOrDefault() : null;

    private static string Refusal(string path, string reader) =>
        $"{path}: {reader} may not read it{(Permissions.ClosedAt(path) is { } closed && closed != path ? $", since it is a link and others may not {(Directory.Exists(closed) ? "enter" : "read")} {closed}" : "")}";

    // {"targets":{".../linux-x64":{"package":{"runtime":{"lib/x.dll":{}},"native":{"runtimes/.../x.so":{}}}}}}. All these files lie in one folder.
    private static IEnumerable<string> Files(JsonNode? list) =>
        from target in list?["targets"]?.AsObject() ?? []
        from package in target.Value?.AsObject() ?? []
        from kind in new[] { "runtime", "native" }
        from file in package.Value?[kind]?.AsObject() ?? []
        select Path.GetFileName(file.Key);
}
