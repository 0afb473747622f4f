using CourseKit.Native;
using CourseKit.Preflight;

namespace CourseKit.Tests.Preflight;

/// <summary>Each fault is made on a machine of real files, and found with its name and its remedy; nothing else is found beside it.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly FakeMachine machine = FakeMachine.OrSkip();

    public void Dispose() => machine.Dispose();

    [Fact]
    public void A_sound_machine_is_ready()
    {
        var report = Checkup.Of(machine.Machine);
        Assert.Equal(["sdk", "build", "libstdc++", "gpu", "backend", "native", "memory", "threads", "cultures", "data", "disk"], report.Checks.Select(check => check.Name));
        Assert.All(report.Checks, check => Assert.Equal((CheckStatus.Ok, null), (check.Status, check.Remedy)));
        Assert.Equal((CheckStatus.Ok, "Ready."), (report.Status, report.Summary));
    }

    [Fact]
    public void There_is_no_false_alarm_here()
    {
        // As the tests run on: built, with its data. How much is free, and what else is installed, is another matter.
        string[] certain = ["build", "libstdc++", "native", "cultures", "data"];
        Assert.All(Course.Doctor().Checks.Where(check => certain.Contains(check.Name)), check => Assert.Equal((CheckStatus.Ok, null), (check.Status, check.Remedy)));
        Assert.Contains("they load", Course.Doctor().Checks.Single(check => check.Name == "native").Found, StringComparison.Ordinal);
    }

    [Fact]
    public void No_SDK()
    {
        machine.Remove("usr/share/dotnet/sdk");
        Finds("sdk", CheckStatus.Limited, "no .NET SDK", "Install the .NET 10 SDK");
    }

    [Theory]
    [InlineData("8.0.404")]
    [InlineData("11.0.100")]
    public void An_SDK_that_global_json_does_not_take(string version)
    {
        machine.Remove("usr/share/dotnet/sdk");
        machine.Write($"usr/share/dotnet/sdk/{version}/dotnet.dll", "");
        Finds("sdk", CheckStatus.Limited, $".NET SDK {version}; global.json asks for 10.0", "Install the .NET 10 SDK");
    }

    [Fact]
    public void An_SDK_that_is_not_the_one_that_is_started()
    {
        machine.Write("opt/dotnet/sdk/9.0.306/dotnet.dll", "");
        machine.Write("opt/dotnet/dotnet", "");
        machine["PATH"] = machine.PathOf("opt/dotnet");
        Finds("sdk", CheckStatus.Limited, ".NET SDK 9.0.306; global.json asks for 10.0", "Install the .NET 10 SDK");
    }

    [Theory]
    [InlineData("DOTNET_ROOT")]
    [InlineData("PATH")]
    public void An_SDK_in_a_folder_of_its_own_is_found(string variable)
    {
        machine.Remove("usr/share/dotnet/sdk");
        machine.Write("opt/dotnet/sdk/10.0.100/dotnet.dll", "");
        machine.Write("opt/dotnet/dotnet", "");
        machine.Link("opt/bin/dotnet", "../dotnet/dotnet");
        machine[variable] = variable == "PATH" ? $"/nowhere:{machine.PathOf("opt/bin")}" : machine.PathOf("opt/dotnet");
        Assert.Equal((CheckStatus.Ok, ".NET SDK 10.0.100"), (Check("sdk").Status, Check("sdk").Found));
    }

    [Fact]
    public void A_library_from_a_package_is_no_build_and_is_not_looked_at_as_one()
    {
        machine.Remove(FakeMachine.Built);
        Directory.CreateDirectory(machine.PathOf(FakeMachine.Built));
        machine.Remove("course/CourseKit.sln");
        var report = Checkup.Of(machine.Machine);
        Assert.Equal(["sdk", "package", "gpu", "memory", "threads", "cultures", "disk"], report.Checks.Select(check => check.Name));
        Assert.Equal(CheckStatus.Ok, report.Status);
    }

    [Fact]
    public void A_library_that_is_not_built()
    {
        machine.Remove(FakeMachine.Built);
        Directory.CreateDirectory(machine.PathOf(FakeMachine.Built));
        var report = Checkup.Of(machine.Machine);
        Assert.Equal(CheckStatus.Broken, report.Status);
        var check = report.Checks.Single(check => check.Name == "build");
        Assert.Contains("holds no CourseKit.deps.json, so the library is not built", check.Found, StringComparison.Ordinal);
        Assert.Contains("dotnet build -c Release", check.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TorchSharp.dll")]
    [InlineData("Plotly.NET.dll")]
    [InlineData("libtorch_global_deps.so")]
    public void A_file_of_the_build_that_is_gone(string file)
    {
        machine.Remove($"{FakeMachine.Built}/{file}");
        Finds("build", CheckStatus.Broken, $"{file}: not found", "dotnet build -c Release");
    }

    [Fact]
    public void A_link_into_a_package_cache_that_was_cleared()
    {
        machine.Link($"{FakeMachine.Built}/SkiaSharp.dll", "/cleared/skiasharp/SkiaSharp.dll");
        machine.Link($"{FakeMachine.Built}/TorchSharp.dll", "/cleared/torchsharp/TorchSharp.dll");
        Finds("build", CheckStatus.Broken, "SkiaSharp.dll: a link to /cleared/skiasharp/SkiaSharp.dll, which is gone (was the package cache cleared?); and 1 more", "dotnet build -c Release");
    }

    [Fact]
    public void A_build_that_others_cannot_use()
    {
        machine.Remove(FakeMachine.Built);
        machine.Write($"{FakeMachine.Built}/CourseKit.deps.json", """{ "targets": { "net10.0": { "one": { "runtime": { "lib/net10.0/Package.dll": {} } } } } }""");
        machine.Write("home/packages/Package.dll", "");
        machine.Link($"{FakeMachine.Built}/Package.dll", machine.PathOf("home/packages/Package.dll"));
        machine.Permit("", "755");
        Assert.SkipUnless(Permissions.ClosedAt(machine.PathOf($"{FakeMachine.Built}/CourseKit.deps.json")) is null, "others may not read temporary files here");
        Assert.Equal(CheckStatus.Ok, Check("build").Status);

        machine.Permit("home", "700");
        FindsClosed("since it is a link and others may not enter", "home");
        machine.Permit("home", "711"); // to enter is enough
        Assert.Equal(CheckStatus.Ok, Check("build").Status);
        machine.Permit("home/packages/Package.dll", "640");
        FindsClosed("since it is a link and others may not read", "home/packages/Package.dll");
        machine.Write($"{FakeMachine.Built}/Package.dll", "");
        machine.Permit($"{FakeMachine.Built}/Package.dll", "600");
        FindsClosed($"Package.dll: other users may not read it; this build is for {Environment.UserName} only", "");

        machine.Permit("course", "700"); // nor may they read the course
        Assert.Equal(CheckStatus.Ok, Check("build").Status);
    }

    private void FindsClosed(string found, string where)
    {
        var check = Check("build");
        Assert.Equal(CheckStatus.Limited, check.Status);
        Assert.Contains(where.Length > 0 ? $"{found} {machine.PathOf(where)};" : found, check.Found, StringComparison.Ordinal);
        Assert.Contains($"remove {machine.PathOf(FakeMachine.Built)} and run {NativeBackend.Build} with umask 022", check.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("libtorch_cpu.so")]
    [InlineData("libLibTorchSharp.so")]
    [InlineData("libSkiaSharp.so")]
    [InlineData("libgomp-98b21ff3.so.1")]
    public void A_native_library_that_was_cut_off(string file)
    {
        using (var whole = File.OpenRead(Path.Combine(NativeBackend.Folder, file)))
        {
            var half = new byte[Math.Min(whole.Length / 2, 1 << 20)];
            whole.ReadExactly(half);
            machine.Write($"{FakeMachine.Built}/{file}", half);
        }
        var check = Check("native");
        Assert.Equal(CheckStatus.Broken, check.Status);
        Assert.Contains($"{file}: cut off or damaged", check.Found, StringComparison.Ordinal);
        Assert.Contains("Delete it, and where it is a link into the package cache the folder of that package", check.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_native_library_that_is_something_else()
    {
        machine.Write($"{FakeMachine.Built}/libtorch.so", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 461211481\n");
        Finds("native", CheckStatus.Broken, "libtorch.so: not a 64-bit ELF library", "Delete it");
    }

    [Fact]
    public void A_library_of_the_system_that_is_missing_and_who_needs_it()
    {
        machine.Remove("usr/lib/x86_64-linux-gnu/libgcc_s.so.1");
        Finds("native", CheckStatus.Broken, "libLibTorchSharp.so: needs libgcc_s.so.1, which is neither in", NativeBackend.Remedy);
    }

    [Fact]
    public void A_system_whose_standard_library_is_too_old()
    {
        // Stands for an older one: a library without the versions of GCC 12.
        machine.Link("usr/lib/x86_64-linux-gnu/libstdc++.so.6", Machine.Here.SystemLibrary("libgcc_s.so.1")!);
        var report = Checkup.Of(machine.Machine);
        var (library, native) = (report.Checks.Single(check => check.Name == "libstdc++"), report.Checks.Single(check => check.Name == "native"));
        Assert.Equal((CheckStatus.Broken, CheckStatus.Broken), (library.Status, native.Status));
        Assert.Matches(@"libstdc\+\+\.so\.6 ends at no GLIBCXX, and libLibTorchSharp\.so asks for GLIBCXX_3\.4\.\d+", library.Found);
        Assert.Matches(@"libLibTorchSharp\.so: asks libstdc\+\+\.so\.6 for \w+_[\d.]+, but .* ends at none of that name", native.Found);
        Assert.Contains("Use a newer system (Debian 12, Ubuntu 22.04 or later", library.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_system_without_the_standard_library()
    {
        machine.Remove("usr/lib/x86_64-linux-gnu/libstdc++.so.6");
        Assert.Contains("libstdc++.so.6 is in none of the system's library folders", Check("libstdc++").Found, StringComparison.Ordinal);
        Assert.Contains("apt install libstdc++6", Check("libstdc++").Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, CheckStatus.Broken, "0.4 GB free; a lecture takes about 1 GB")]
    [InlineData(1.5, CheckStatus.Limited, "1.5 GB free: enough for one notebook at a time")]
    public void Little_memory(double gigabytes, CheckStatus status, string found)
    {
        machine.SetFreeMemory(gigabytes);
        Finds("memory", status, found, "more memory");
    }

    [Fact]
    public void A_container_that_may_take_little_memory()
    {
        machine.Write("sys/fs/cgroup/memory.max", $"{2L << 30}\n");
        machine.Write("sys/fs/cgroup/memory.current", $"{3L << 29}\n");
        Finds("memory", CheckStatus.Broken, "0.5 GB free of the 2.0 GB that the container may take", "give the machine or the container more memory");
        machine.Write("sys/fs/cgroup/memory.stat", $"anon 1000\ninactive_file {3L << 29}\n"); // all of it is what was read from disk, and gives way
        Assert.Equal((CheckStatus.Ok, "2.0 GB free of the 2.0 GB that the container may take"), (Check("memory").Status, Check("memory").Found));
        machine.Write("sys/fs/cgroup/memory.max", "max\n");
        Assert.Equal(CheckStatus.Ok, Check("memory").Status);
    }

    [Fact]
    public void A_limit_of_a_group_further_up()
    {
        machine.Write("proc/self/cgroup", "0::/user.slice/jupyter.slice/one.scope\n");
        machine.Write("sys/fs/cgroup/user.slice/jupyter.slice/memory.max", $"{1L << 30}\n");
        machine.Write("sys/fs/cgroup/user.slice/jupyter.slice/memory.current", $"{1L << 29}\n");
        machine.Write("sys/fs/cgroup/user.slice/memory.max", "max\n");
        Finds("memory", CheckStatus.Broken, "0.5 GB free of the 1.0 GB", "more memory");
    }

    [Theory]
    [InlineData("COURSEKIT_THREADS", "many", CheckStatus.Broken, "COURSEKIT_THREADS is 'many'")]
    [InlineData("COURSEKIT_THREADS", "64", CheckStatus.Limited, "COURSEKIT_THREADS is 64 on 8 cores")]
    [InlineData("OMP_NUM_THREADS", "64", CheckStatus.Limited, "OMP_NUM_THREADS is 64 on 8 cores")]
    public void More_threads_than_cores(string variable, string value, CheckStatus status, string found)
    {
        machine[variable] = value;
        Finds("threads", status, found, variable);
    }

    [Theory]
    [InlineData("digits-labels-idx1-ubyte.gz")]
    [InlineData("mnist-held-out-images-idx3-ubyte.gz")]
    public void Data_that_is_missing_or_changed(string file)
    {
        machine.Write($"course/data/{file}", "changed");
        Finds("data", CheckStatus.Broken, $"{file}: changed (SHA-256 ", "git checkout -- data");
        machine.Remove($"course/data/{file}");
        Finds("data", CheckStatus.Broken, $"{file}: not found", "complete copy of the course");
    }

    [Fact]
    public void Digits_of_the_users_own_that_are_taken_first_and_are_others()
    {
        machine["COURSEKIT_DATA"] = machine.PathOf("mine");
        machine.Write("mine/digits-images-idx3-ubyte.gz", "other digits");
        Assert.Equal(CheckStatus.Ok, Check("data").Status); // without their labels they are not taken
        machine.Write("mine/digits-labels-idx1-ubyte.gz", "other labels");
        Finds("data", CheckStatus.Broken, $"{machine.PathOf("mine/digits-images-idx3-ubyte.gz")}: changed", "Unset COURSEKIT_DATA");
    }

    [Theory]
    [InlineData("mine", "COURSEKIT_DATA")]
    [InlineData("cache/coursekit", "XDG_CACHE_HOME")]
    public void A_data_set_that_was_fetched_and_is_damaged(string folder, string variable)
    {
        machine[variable] = machine.PathOf(variable == "COURSEKIT_DATA" ? "mine" : "cache");
        machine.Write($"{folder}/mnist/t10k-labels-idx1-ubyte.gz", "half of it");
        Finds("data", CheckStatus.Limited, "mnist/t10k-labels-idx1-ubyte.gz: changed", "coursekit data fetch mnist");
    }

    [Fact]
    public void A_library_that_was_taken_away_from_the_course()
    {
        machine.Remove("course/CourseKit.sln");
        Finds("data", CheckStatus.Limited, "is not in a copy of the course", "complete copy");
    }

    [Fact]
    public void A_disk_that_is_full()
    {
        machine["TMPDIR"] = "/proc"; // a file system without room
        Finds("disk", CheckStatus.Broken, "0.0 GB free for /proc", "Make room");
    }

    [Theory]
    [InlineData(50_000_000, CheckStatus.Broken, "0.1 GB free for /b")]
    [InlineData(500_000_000, CheckStatus.Limited, "0.5 GB free for /b")]
    [InlineData(5_000_000_000, CheckStatus.Ok, "5.0 GB free for /b")]
    public void A_disk_is_judged_by_the_fuller_of_its_folders(long free, CheckStatus status, string found)
    {
        var check = DiskCheck.Judge([("/a", 100_000_000_000), ("/b", free)]);
        Assert.Equal((status, found), (check.Status, check.Found));
        Assert.Equal(status != CheckStatus.Ok, check.Remedy is not null);
    }

    [Fact]
    public void No_folder_at_all_is_a_finding() =>
        Assert.Equal((CheckStatus.Broken, "no folder for builds, temporary files or packages"), (DiskCheck.Judge([]).Status, DiskCheck.Judge([]).Found));

    [Fact]
    public void A_file_that_cannot_be_read_is_a_finding()
    {
        machine.Remove("course/global.json");
        machine.Link("course/global.json", machine.PathOf("course/global.json")); // a link to itself: there, and unreadable
        Finds("sdk", CheckStatus.Broken, "global.json", "Make it readable");
        machine.Write("course/global.json", "{");
        Assert.Equal(CheckStatus.Broken, Check("sdk").Status);
        machine.Write("usr/lib/x86_64-linux-gnu/libstdc++.so.6", "not a library");
        Assert.Contains("not an ELF file", Check("libstdc++").Found, StringComparison.Ordinal);
    }

    private DoctorCheck Check(string name) => Checkup.Of(machine.Machine).Checks.Single(check => check.Name == name);

    // The one fault, by its name; all other checks are content.
    private void Finds(string name, CheckStatus status, string found, string remedy)
    {
        var report = Checkup.Of(machine.Machine);
        var check = Assert.Single(report.Checks, check => check.Status != CheckStatus.Ok);
        Assert.Equal((name, status), (check.Name, check.Status));
        Assert.Contains(found, check.Found, StringComparison.Ordinal);
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
        Assert.Equal(status, report.Status);
        Assert.Contains(name, report.Summary, StringComparison.Ordinal);
    }
}
