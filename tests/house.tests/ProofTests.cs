using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;

namespace CourseKit.House.Tests;

/// <summary>
/// tests/gpu/run with a stand-in for .NET, which runs nothing: a part that fails is recorded and the rest goes on, and a PyTorch of another version gets what it
/// needs. The archive itself takes minutes to make, and is tried by hand.
/// </summary>
[Trait("Cost", "process"), UnsupportedOSPlatform("windows")]
public sealed class ProofTests : IDisposable
{
    private const string Fitting = "libtorch of torch/lib, with CUDA", Refused = "it lacks 3 of the 1,204 symbols ... build TorchSharp's binding for this one with lib/native/build.sh";

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("proof-");

    public ProofTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the archive is for Linux");
        foreach (var file in new[] { "tests/gpu/run", "tests/gpu/seat.ipynb", "notebooks/02-adversarial-training.ipynb" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Copy(Repository.PathOf(file), PathOf(file));
        }
    }

    public void Dispose() => place.Delete(recursive: true);

    [Fact]
    public void Each_part_that_fails_is_recorded_and_the_rest_goes_on()
    {
        StandIn($"echo '{Checks("ok", Fitting)}'");
        var (code, parts, _) = Run();
        Assert.Equal(1, code);
        Assert.Equal(["doctor", "tests", "lecture 02", "memory", "two seats", "kill and resume", "lecture 09", "benchmark"], parts.Select(part => (string)part!["name"]!));
        Assert.Equal(["passed", .. Enumerable.Repeat("failed", 7)], parts.Select(part => (string)part!["status"]!));
        Assert.Contains("02-seed3: exit code 7, expected 0: nothing runs here", (string)parts[2]!["reason"]!, StringComparison.Ordinal);
        Assert.Contains("09-faces-at-full-size.ipynb is not in the archive", (string)parts[6]!["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_has_all_symbols_is_let_load_and_where_its_tests_fail_a_binding_is_tried()
    {
        StandIn($"[ \"$COURSEKIT_LIBTORCH_ANY\" = 1 ] && echo '{Checks("limited", "libtorch 2.11.0 in place of 2.10")}' || echo '{Checks("broken", "... COURSEKIT_LIBTORCH_ANY=1 loads it")}'");
        var (code, parts, machine) = Run();
        Assert.Equal(1, code);
        Assert.Equal(["doctor", "tests", "binding", "lecture 02"], parts.Take(4).Select(part => (string)part!["name"]!));
        Assert.Contains("The archive has no source of TorchSharp", (string)parts[2]!["reason"]!, StringComparison.Ordinal);
        Assert.Contains("COURSEKIT_LIBTORCH_ANY", (string)machine["refused"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_lacks_symbols_gets_a_binding_which_takes_the_place_of_the_packages()
    {
        StandIn($"[ -e \"$COURSEKIT_LIBTORCH/libLibTorchSharp.so\" ] && echo '{Checks("ok", Fitting)}' || echo '{Checks("broken", Refused)}'");
        Write("TorchSharp/LICENSE.txt", "");
        Write("lib/CourseKit/bin/Release/net10.0/libLibTorchSharp.so", "the package's");
        Program("lib/native/build.sh", "#!/bin/sh\nmkdir -p \"$3\" && echo \"$1 $2\" >\"$3/libLibTorchSharp.so\"\n");
        var (_, parts, machine) = Run();
        Assert.Equal("passed", (string)parts[0]!["status"]!);
        Assert.Equal("built here", (string)machine["binding"]!);
        Assert.Equal($"{PathOf("TorchSharp")} /opt/torch/lib\n", File.ReadAllText(PathOf("lib/CourseKit/bin/Release/net10.0/libLibTorchSharp.so")));
    }

    [Fact]
    public void One_that_cannot_be_used_is_all_that_is_said()
    {
        StandIn($"echo '{Checks("broken", Refused)}'");
        var (code, parts, _) = Run();
        Assert.Equal(2, code);
        Assert.Contains("it lacks 3 of the 1,204 symbols", (string)Assert.Single(parts)!["reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--torchsharp nowhere", "nowhere: no src/Native/LibTorchSharp there")]
    [InlineData("--torchsharp", "--torchsharp: expected a value behind it")]
    [InlineData("--what x", "--what: expected --torchsharp or --out")]
    public void A_wrong_argument_is_told_before_anything_is_built(string arguments, string expected)
    {
        using var process = Process.Start(new ProcessStartInfo(Repository.PathOf("tests/gpu/pack"), arguments) { RedirectStandardError = true })!;
        Assert.Contains(expected, process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
    }

    private static string Checks(string status, string found) => new JsonObject
    {
        ["checks"] = new JsonArray([.. new[] { ("gpu", "ok", "1 GPU"), ("backend", status, found), ("native", "ok", "they load") }
            .Select(check => new JsonObject { ["name"] = check.Item1, ["status"] = check.Item2, ["found"] = check.Item3 })]),
    }.ToJsonString().Replace("'", "", StringComparison.Ordinal).Replace("\\u0027", "", StringComparison.Ordinal);

    private void StandIn(string doctor) => Program("dotnet/dotnet", $"#!/bin/bash\n[[ \"$*\" == *doctor* ]] && {{ {doctor}; exit 0; }}\necho nothing runs here\nexit 7\n");

    private (int ExitCode, JsonArray Parts, JsonNode Machine) Run()
    {
        var start = new ProcessStartInfo("python3", [PathOf("tests/gpu/run"), "--out", PathOf("found")]) { RedirectStandardOutput = true };
        start.Environment["COURSEKIT_LIBTORCH"] = "/opt/torch/lib";
        start.Environment.Remove("COURSEKIT_LIBTORCH_ANY");
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var found = JsonNode.Parse(File.ReadAllText(PathOf("found/gpu.json")))!;
        return (process.ExitCode, found["parts"]!.AsArray(), found["machine"]!);
    }

    private void Program(string path, string text)
    {
        Write(path, text);
        File.SetUnixFileMode(PathOf(path), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
        File.WriteAllText(PathOf(path), text);
    }

    private string PathOf(string path) => Path.Combine(place.FullName, path);
}
