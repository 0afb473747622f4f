using System.Diagnostics;
using System.Security.Cryptography;

namespace CourseKit.House.Tests;

/// <summary>
/// <c>./release</c>, in a repository of its own and with a stand-in for dotnet, which builds nothing. PackageTests and ToolTests look into the packages
/// that the true one makes.
/// </summary>
[Trait("Cost", "process")]
public sealed class ReleaseTests : IDisposable
{
    // Writes what a build leaves that the script uses. A package says which variables the script gave it.
    private const string Dotnet = """
        #!/usr/bin/env bash
        set -e
        [ ! -e "$STAND_IN/broken" ] || { echo "error CS0000: broken"; exit 1; }
        for word in "$@"; do case $word in -p:Version=*) version=${word#*=} ;; esac; done
        case $1 in
          build)
            for project in CourseKit CourseKit.Cli; do
              bin=$(dirname "$2")/$project/bin/Release/net10.0
              mkdir -p "$bin"
              printf '# What others made\n\n| %s.Needs | 1.0.0 | MIT |\n' "$project" >"$bin/THIRD-PARTY.md"
            done
            commit=$(git -C "$(dirname "$2")" rev-parse --short=9 HEAD)
            printf '#!/bin/sh\n[ "$1" != --version ] || { echo "%s"; exit; }\ncp -r "$STAND_IN/../site" "$3"\n' "$version+$commit" >"$bin/CourseKit.Cli"
            chmod +x "$bin/CourseKit.Cli" ;;
          pack) echo "$SOURCE_DATE_EPOCH" >"${@: -1}/$(basename "$2").$version.nupkg" ;;
          --version) echo 10.0.999 ;;
        esac
        """;

    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("release-");

    public ReleaseTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a release is made on Linux");
        Write("bin/dotnet", Dotnet);
        Write("kit/Directory.Build.props", "<Project><PropertyGroup>\n  <Version>1.2.3</Version>\n</PropertyGroup></Project>\n");
        Write("kit/lib/CourseKit.Cli/source", "");
        File.Copy(Repository.PathOf("release"), PathOf("kit/release"));
        Write("kit/.gitignore", "bin/\nout/\n");
        Write("kit/notebooks/01-a.ipynb", "");
        Write("kit/notebooks/02-b.ipynb", "");
        Write("kit/notebooks/03-optional.ipynb", "  \"coursekit\": {\n   \"optional\": true\n  },\n");
        Assert.Equal(0, Run("kit", "chmod +x ../bin/dotnet && git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm first --date=2026-01-02T03:04:05Z").ExitCode);
        Pages("site", "index.html", "summary.json", "01-a.html", "01-a.ipynb", "02-b.html", "02-b.ipynb", "artifacts/01-a/d/x.npy", "artifacts/01-a/c.npy", "done/01-a.json");
    }

    public void Dispose() => place.Delete(recursive: true);

    [Fact]
    public void It_is_two_packages_the_site_what_is_inside_and_checksums()
    {
        var run = Run("kit", "./release");
        Assert.True(run.ExitCode == 0, run.Output);
        string[] files = ["CONTENTS.md", "CourseKit.1.2.3.nupkg", "CourseKit.1.2.3.site.tar.gz", "CourseKit.Cli.1.2.3.nupkg"];
        Assert.Equal([.. files, "SHA256SUMS"], Names("kit/out/release"));
        Assert.Equal(files.Select(file => $"{Sha256($"kit/out/release/{file}")}  {file}"), File.ReadAllLines(PathOf("kit/out/release/SHA256SUMS")));
        Assert.Equal(["out"], Names("kit").Except(["release", "Directory.Build.props", "lib", "notebooks", ".git", ".gitignore"]));
        Assert.Equal(["release"], Names("kit/out"));

        var contents = File.ReadAllText(PathOf("kit/out/release/CONTENTS.md"));
        Assert.All(files[1..], file => Assert.Contains($"| {file} | {new FileInfo(PathOf($"kit/out/release/{file}")).Length} | ", contents));
        Assert.Contains($"Of commit {Run("kit", "git rev-parse HEAD").Output.Trim()}. Made with .NET SDK 10.0.999 on Linux ", contents);
        Assert.Contains("## What others made, in CourseKit.Cli.1.2.3.nupkg\n\n| CourseKit.Cli.Needs | 1.0.0 | MIT |\n", contents);
        Assert.Contains("| CourseKit.Needs | 1.0.0 | MIT |\n", contents);
        Assert.Equal(Run("kit", "git log -1 --format=%ct").Output, File.ReadAllText(PathOf("kit/out/release/CourseKit.1.2.3.nupkg")));
    }

    [Fact]
    public void The_same_commit_and_pages_give_the_same_bytes_in_another_folder_and_at_another_time()
    {
        Assert.Equal(0, Run("kit", "./release").ExitCode);
        // Another order in the folder, other times and permissions, other settings, and what is no part of the site.
        Pages("other", "artifacts/01-a/c.npy", "done/01-a.json", "artifacts/03-of-another-run/y.npy", "03-of-another-run.html", "packages/CourseKit.1.2.3.nupkg", "02-b.ipynb", "02-b.html", "artifacts/01-a/d/x.npy",
            "01-a.ipynb", "01-a.html", "summary.json", "index.html");
        Assert.Equal(0, Run(".", "chmod 600 other/01-a.html && touch --date=2000-01-01 other/01-a.html && git clone -q kit 'another place'").ExitCode);
        var run = Run(".", "umask 077; LC_ALL=C.UTF-8 TZ=Asia/Tokyo GZIP=-1 TAR_OPTIONS=--exclude=*.npy 'another place/release' --out made --site other");
        Assert.True(run.ExitCode == 0, run.Output);

        Assert.Equal(File.ReadAllText(PathOf("kit/out/release/SHA256SUMS")), File.ReadAllText(PathOf("made/SHA256SUMS")));
        Assert.Equal(
            new[] { "index.html", "summary.json", "01-a.html", "01-a.ipynb", "02-b.html", "02-b.ipynb", "artifacts/01-a/", "artifacts/01-a/c.npy", "artifacts/01-a/d/", "artifacts/01-a/d/x.npy" }.Select(file => $"CourseKit-1.2.3/{file}"),
            Run("made", "tar tf CourseKit.1.2.3.site.tar.gz").Output.TrimEnd().Split('\n'));
    }

    [Fact]
    public void What_is_not_committed_is_refused_and_what_git_ignores_is_no_part_of_it()
    {
        Write("kit/lib/CourseKit.Cli/bin/left", "of an earlier build");
        var other = Run("kit", "./release --version 2.0.0-rc.1 --out out/release");
        Assert.Contains("expected pages made by CourseKit 2.0.0-rc.1+", other.Output); // those of the stand-in are of 1.2.3
        File.WriteAllText(PathOf("site/index.html"), File.ReadAllText(PathOf("site/index.html")).Replace("1.2.3", "2.0.0-rc.1", StringComparison.Ordinal));
        Assert.Equal(0, Run("kit", "./release --version 2.0.0-rc.1 --out out/release").ExitCode);
        Assert.True(File.Exists(PathOf("kit/out/release/CourseKit.2.0.0-rc.1.nupkg")));
        foreach (var file in new[] { "kit/new", "kit/lib/CourseKit.Cli/source" })
        {
            Write(file, "changed");
            var run = Run("kit", "./release");
            Assert.Equal(2, run.ExitCode);
            Assert.StartsWith("release: the checkout is not as it was committed.", run.Output);
            Assert.Contains(Path.GetFileName(file), run.Output);
            Assert.Equal(0, Run("kit", "git clean -qf && git checkout -q .").ExitCode);
        }
        Assert.True(File.Exists(PathOf("kit/out/release/CourseKit.2.0.0-rc.1.nupkg")));
    }

    [Theory]
    [InlineData("--version 1.2", "--version 1.2: expected three numbers")]
    [InlineData("--version 01.2.3", "--version 01.2.3: expected three numbers")]
    [InlineData("--version", "--version: expected a value behind it")]
    [InlineData("--out ../mine", "is there, and is no release")]
    [InlineData("--site ../mine", "no index.html and summary.json there")]
    [InlineData("--site ../stale", "expected pages made by CourseKit 1.2.3+")]
    [InlineData("--site ../failed", "a lecture failed there")]
    [InlineData("--site ../one", "expected the lectures 01-a 02-b, found 01-a\n")]
    [InlineData("--help", "./release [--version V] [--out DIR] [--site DIR]")]
    public void A_bad_argument_is_told_and_nothing_is_written(string arguments, string message)
    {
        Write("mine/file", "mine");
        foreach (var folder in new[] { "stale", "failed", "one" })
            Pages(folder, "index.html", "summary.json");
        Write("stale/index.html", "<footer>Run by CourseKit 1.2.3+000000000</footer>");
        Write("failed/summary.json", "\"status\": \"failed\",\n");
        Write("one/summary.json", "      \"name\": \"01-a\",\n");
        var run = Run("kit", $"./release {arguments}");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Output);
        Assert.Equal(["file"], Names("mine"));
        Assert.False(Directory.Exists(PathOf("kit/out/release")));
        Assert.False(Directory.Exists(PathOf("kit/out")) && Names("kit/out").Length > 0, "something is left");
    }

    [Fact]
    public void A_build_that_fails_leaves_the_release_that_was_there()
    {
        Assert.Equal(0, Run("kit", "./release").ExitCode);
        var before = File.ReadAllText(PathOf("kit/out/release/SHA256SUMS"));
        Write("bin/broken", "");
        var run = Run("kit", "./release");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error CS0000: broken", run.Output);
        Assert.DoesNotContain("Made", run.Output);
        Assert.Equal(before, File.ReadAllText(PathOf("kit/out/release/SHA256SUMS")));
        Assert.Equal(["release"], Names("kit/out"));
        Assert.Empty(Names("tmp"));

        File.Delete(PathOf("bin/broken"));
        Assert.Equal(0, Run("kit", "./release --version 1.2.3").ExitCode); // and then the new one takes its place
        Assert.Equal(5, Names("kit/out/release").Length);
    }

    private void Pages(string folder, params string[] files)
    {
        foreach (var file in files)
            Write($"{folder}/{file}", file);
        Write($"{folder}/summary.json", "      \"name\": \"01-a\",\n      \"name\": \"02-b\",\n");
        Write($"{folder}/index.html", $"<footer>Run by CourseKit 1.2.3+{Run("kit", "git rev-parse --short=9 HEAD").Output.Trim()}</footer>");
    }

    private (int ExitCode, string Output) Run(string folder, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"exec 2>&1; {command}"]) { WorkingDirectory = PathOf(folder), RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["STAND_IN"] = PathOf("bin");
        start.Environment["TMPDIR"] = Directory.CreateDirectory(PathOf("tmp")).FullName;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private string PathOf(string path) => Path.Combine(place.FullName, path);

    private string[] Names(string folder) => [.. Directory.GetFileSystemEntries(PathOf(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(PathOf(file))));

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text.ReplaceLineEndings("\n"));
    }
}
