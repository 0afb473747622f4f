using System.Diagnostics;
using System.Xml.Linq;

namespace CourseKit.Notebooks.Tests;

/// <summary>The package CourseKit, and programs outside the checkout that use the library.</summary>
public sealed class PackageTests(PackageTests.Packed packed) : IClassFixture<PackageTests.Packed>
{
    /// <summary>The program of docs/library.md in short.</summary>
    private const string Program = """
        using CourseKit;
        using CourseKit.Data;
        using CourseKit.Plots;
        using CourseKit.Training;
        using static TorchSharp.torch;

        Console.WriteLine(Course.Start(seed: 1));
        using var digits = Digits.Load();
        var G = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, 64), nn.Tanh(), nn.Unflatten(1, [1, 8, 8]));
        var D = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1));
        using var trainer = new GanTrainer(G, D, digits.Train.Images, latentSize: 16);
        trainer.Train(updates: 20);
        using var samples = trainer.Averaged.forward(randn(10, 16)).detach();
        File.WriteAllBytes("digits.png", ImageGrid.Of(samples, columns: 10).Png.ToArray());
        Console.WriteLine($"{samples.shape[0]} pictures");
        """;

    [Fact]
    public void It_holds_the_library_the_data_and_the_steps_of_a_build_and_is_small()
    {
        using var package = new PackedFile(packed.File);
        Assert.Equal(
            ["CourseKit.nuspec", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt", "THIRD-PARTY.md", "buildTransitive/CourseKit.targets", "buildTransitive/LibTorch.proj", "data/README.md",
             "data/digits-images-idx3-ubyte.gz", "data/digits-labels-idx1-ubyte.gz", "data/mnist-held-out-images-idx3-ubyte.gz", "data/mnist-held-out-labels-idx1-ubyte.gz", "data/mnist-judge.safetensors",
             "data/mnist-training-images-idx3-ubyte.gz", "data/mnist-training-labels-idx1-ubyte.gz", "icon.png", "lib/net10.0/CourseKit.dll", "lib/net10.0/CourseKit.pdb",
             "lib/net10.0/CourseKit.xml", "runtime.json"],
            package.Files);
        Assert.InRange(new FileInfo(packed.File).Length, 1, 15_000_000);

        // The versions are those that the course is built with.
        var central = XDocument.Load(Path.Combine(Course.Root, "Directory.Packages.props"));
        var libtorch = central.Descendants("LibTorchVersion").Single().Value;
        var versions = central.Descendants("PackageVersion").ToDictionary(element => (string)element.Attribute("Include")!, element => ((string)element.Attribute("Version")!).Replace("$(LibTorchVersion)", libtorch, StringComparison.Ordinal));
        Assert.Equal(["Plotly.NET", "SixLabors.ImageSharp", "SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.IO.Hashing", "TorchSharp"], package.Dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.All(package.Dependencies, dependency => Assert.Equal(versions[dependency.Key], dependency.Value));
        var runtimes = package.Text("runtime.json");
        string[] platforms = ["linux-x64", "osx-arm64", "win-arm64", "win-x64"];
        Assert.Equal(platforms.Select(platform => $"libtorch-cpu-{platform}"), versions.Keys.Where(name => name.StartsWith("libtorch-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.All(platforms, platform => Assert.Contains($"\"{platform}\": {{ \"CourseKit\": {{ \"libtorch-cpu-{platform}\": \"{versions[$"libtorch-cpu-{platform}"].Trim('[', ']')}\" }} }}", runtimes, StringComparison.Ordinal));

        // What it brings into a program is listed with its licence.
        var licences = package.Licences("THIRD-PARTY.md");
        Assert.All(package.Dependencies, dependency => Assert.Contains($"{dependency.Key}/{dependency.Value.Trim('[', ']')}", licences.Keys));
        Assert.Contains($"libtorch-cpu-linux-x64/{libtorch}", licences.Keys);
        Assert.All(licences.Values, licence => Assert.Matches("^(MIT|Apache-2.0|BSD-[23]-Clause|The MIT License)", licence));
        Assert.Contains("CC BY-SA 3.0", package.Text("THIRD-PARTY.md"), StringComparison.Ordinal);
        package.AssertHoldsTheTextsOf(licences, "THIRD-PARTY-NOTICES.txt");
        Assert.Contains("Copyright (c) 2021 Plotly, Inc", package.Text("THIRD-PARTY-NOTICES.txt"), StringComparison.Ordinal);
        Assert.Contains("Yann LeCun and Corinna Cortes hold the copyright of MNIST", package.Text("THIRD-PARTY-NOTICES.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_build_gives_the_same_bytes_wherever_and_whenever_it_is_packed()
    {
        using var folder = new TempFolder();
        var start = PackedFile.Timed(packed.Pack(folder.Root));
        start.Environment["TZ"] = "Asia/Tokyo";
        var pack = await Command.RunAsync(start);
        Assert.True(pack.ExitCode == 0, pack.Output + pack.Error);
        Assert.Equal(await File.ReadAllBytesAsync(packed.File, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Directory.GetFiles(folder.Root).Single(), TestContext.Current.CancellationToken));
        using var package = new PackedFile(packed.File);
        package.AssertIsOfNoPlaceAndTime();
    }

    [Theory]
    [InlineData("package", "")]
    [InlineData("project", "-r linux-x64")]
    public async Task A_program_elsewhere_needs_one_reference_and_can_be_moved(string reference, string runtime)
    {
        using var folder = new TempFolder();
        var library = folder.PathOf("checkout", "lib", "CourseKit", "CourseKit.csproj");
        if (reference == "project")
            CopySources(folder.PathOf("checkout"));
        Directory.CreateDirectory(folder.PathOf("program"));
        File.WriteAllText(folder.PathOf("program", "Program.cs"), Program);
        File.WriteAllText(folder.PathOf("program", "nuget.config"), $"<configuration><packageSources><add key=\"local\" value=\"{Path.GetDirectoryName(packed.File)}\" /></packageSources></configuration>");
        File.WriteAllText(folder.PathOf("program", "app.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {(reference == "package" ? $"<PackageReference Include=\"CourseKit\" Version=\"{packed.Version}\" />" : $"<ProjectReference Include=\"{library}\" />")}
              </ItemGroup>
            </Project>
            """);
        var publish = new ProcessStartInfo("dotnet", ["publish", "-c", "Release", .. runtime.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-o", folder.PathOf("published")]) { WorkingDirectory = folder.PathOf("program") };
        packed.Isolate(publish);
        var published = await Command.RunAsync(publish);
        Assert.True(published.ExitCode == 0, published.Output + published.Error);
        Directory.Delete(folder.PathOf("program"), recursive: true);
        Directory.CreateDirectory(folder.PathOf("elsewhere"));
        Directory.Move(folder.PathOf("published"), folder.PathOf("elsewhere", "app"));
        var run = new ProcessStartInfo(folder.PathOf("elsewhere", "app", OperatingSystem.IsWindows() ? "app.exe" : "app")) { WorkingDirectory = folder.PathOf("elsewhere") };
        packed.Isolate(run);
        var ran = await Command.RunAsync(run);
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
        Assert.Matches(@"^CourseKit \d+\.\d+\.\d+.* \| device cpu \| .*\n10 pictures\n$", ran.Output.ReplaceLineEndings("\n"));
        Assert.NotEqual(0, new FileInfo(folder.PathOf("elsewhere", "digits.png")).Length);
    }

    [Fact]
    public async Task A_notebook_anywhere_fetches_it_from_a_folder()
    {
        using var folder = new TempFolder();
        new Kernel.Notebooks.Notebook(
            Kernel.Notebooks.NotebookCell.Code($"#i \"nuget: {Path.GetDirectoryName(packed.File)}\"\n#r \"nuget: CourseKit, {packed.Version}\""),
            Kernel.Notebooks.NotebookCell.Code("using CourseKit;\nusing CourseKit.Data;\nCourse.Start(seed: 1)"),
            Kernel.Notebooks.NotebookCell.Code("Digits.Load().Train.Count")).Save(folder.PathOf("any.ipynb"));
        var run = new ProcessStartInfo(Course.Program, ["run", folder.PathOf("any.ipynb"), "--out", folder.PathOf("out")]) { WorkingDirectory = folder.Root };
        packed.Isolate(run);
        var ran = await Command.RunAsync(run);
        Assert.True(ran.ExitCode == 0, ran.Output + ran.Error);
    }

    [Fact]
    public async Task A_new_course_runs_and_is_graded_with_it()
    {
        using var folder = new TempFolder();
        var course = folder.PathOf("Kurs über GANs");
        async Task<CommandResult> RunAsync(string where, params string[] arguments)
        {
            var start = new ProcessStartInfo(Course.Program, arguments) { WorkingDirectory = where };
            packed.Isolate(start);
            var run = await Command.RunAsync(start);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
            return run;
        }
        await RunAsync(folder.Root, "new", course, "--packages", Path.GetDirectoryName(packed.File)!);
        await RunAsync(course, "run", "-p", "updates=20");
        Assert.Contains("<title>Kurs", File.ReadAllText(Path.Combine(course, "out", "index.html")), StringComparison.Ordinal);

        foreach (var (student, version) in new[] { ("anna", "instructor"), ("bert", "exercises") })
            File.Copy(Path.Combine(course, "notebooks", version, "01-first-pictures.ipynb"), Path.Combine(Directory.CreateDirectory(Path.Combine(course, "class")).FullName, $"{student}.ipynb"));
        await RunAsync(course, "grade", "class", "--assignment", Path.Combine("notebooks", "instructor", "01-first-pictures.ipynb"), "--out", "grades");
        var rows = File.ReadAllLines(Path.Combine(course, "grades", "grades.csv"));
        Assert.StartsWith("anna,01-first-pictures,between-check,2,2,passed", rows[1], StringComparison.Ordinal);
        Assert.Matches("^bert,01-first-pictures,between-check,0,2,failed,\"From one to the other: not done yet", rows[2]);
        // The page shows the line of the notebook, not what was fetched for it.
        Assert.Contains($"CourseKit, {packed.Version}", File.ReadAllText(Path.Combine(course, "grades", "feedback", "anna.html")), StringComparison.Ordinal);
    }

    // A build in the checkout itself would disturb the other tests.
    private static void CopySources(string to)
    {
        var (root, options) = (Course.Root, new EnumerationOptions { RecurseSubdirectories = true });
        foreach (var file in new[] { "lib", "data" }.SelectMany(folder => Directory.GetFiles(Path.Combine(root, folder), "*", options))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")).Concat(Directory.GetFiles(root, "Directory.*.props")).Concat([Path.Combine(root, "global.json"), Path.Combine(root, ".editorconfig")]))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The package, made once. Programs see it in a cache of their own, because a package of the same version may lie in the user's.</summary>
    public sealed class Packed : IAsyncLifetime
    {
        private readonly TempFolder folder = new();

        /// <summary>A version that no cache holds yet.</summary>
        public string Version { get; } = $"0.0.{Environment.ProcessId}";

        public string File => Directory.GetFiles(folder.PathOf("packages"), "CourseKit.*.nupkg").Single();

        public async ValueTask InitializeAsync()
        {
            var pack = await Command.RunAsync(PackedFile.Timed(Pack(folder.PathOf("packages"))));
            if (pack.ExitCode != 0)
                throw new InvalidOperationException(pack.Output + pack.Error);
            // The other packages come from the user's cache, as a folder to fall back to.
            Directory.CreateDirectory(folder.PathOf("cache"));
        }

        internal ProcessStartInfo Pack(string to) =>
            new("dotnet", ["pack", "-c", "Release", "--no-build", $"-p:Version={Version}", Path.Combine(Course.Root, "lib", "CourseKit"), "-o", to]);

        public ValueTask DisposeAsync()
        {
            folder.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>Gives a program a package cache and a user's cache of its own.</summary>
        internal void Isolate(ProcessStartInfo start)
        {
            var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            start.Environment["NUGET_PACKAGES"] = folder.PathOf("cache", "nuget");
            start.Environment["NUGET_FALLBACK_PACKAGES"] = packages;
            start.Environment["XDG_CACHE_HOME"] = folder.PathOf("cache");
        }
    }
}
