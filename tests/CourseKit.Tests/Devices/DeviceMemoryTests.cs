using CourseKit.Native;
using CourseKit.Tests.Preflight;

namespace CourseKit.Tests.Devices;

/// <summary>Several seats on one card: a share for each, and the error where the card is full. No GPU is needed: nvidia-smi is a script here, and the message is torch's.</summary>
[Collection("process-wide state")]
public sealed class DeviceMemoryTests
{
    // What libtorch throws, without its C++ stack.
    private const string Full = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB of which 1.20 GiB is free. Process 4711 has 21.00 GiB memory in use.";

    [Theory]
    [InlineData(0.25, "0.5", 0.25)]
    [InlineData(1.0, null, 1.0)]
    [InlineData(null, "0.5", 0.5)]
    [InlineData(null, " 1 ", 1.0)]
    [InlineData(null, "", null)]
    [InlineData(null, null, null)]
    public void A_share_is_what_the_call_says_else_the_variable_else_none(double? asked, string? variable, double? expected) =>
        Assert.Equal(expected, DeviceMemory.ShareOf(asked, variable));

    [Theory]
    [InlineData(0.0, null, "deviceMemory is 0;")]
    [InlineData(2.0, null, "deviceMemory is 2;")]
    [InlineData(-0.5, null, "deviceMemory is -0.5;")]
    [InlineData(double.NaN, null, "deviceMemory is NaN;")]
    [InlineData(null, "x", "COURSEKIT_DEVICE_MEMORY is \"x\";")]
    [InlineData(null, "0", "COURSEKIT_DEVICE_MEMORY is \"0\";")]
    [InlineData(null, "25%", "COURSEKIT_DEVICE_MEMORY is \"25%\";")]
    [InlineData(null, "0,25", "COURSEKIT_DEVICE_MEMORY is \"0,25\";")]
    public void Any_other_value_is_told(double? asked, string? variable, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => DeviceMemory.ShareOf(asked, variable));
        Assert.StartsWith(expected + " expected a share of the card's memory above 0 and at most 1, such as 0.25.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "per_process_memory_fraction:0.25")]
    [InlineData("", "per_process_memory_fraction:0.25")]
    [InlineData("expandable_segments:True", "expandable_segments:True,per_process_memory_fraction:0.25")]
    [InlineData("per_process_memory_fraction:0.9, max_split_size_mb:64", "max_split_size_mb:64,per_process_memory_fraction:0.25")]
    public void The_users_other_settings_of_the_allocator_stay(string? settings, string expected) => Assert.Equal(expected, DeviceMemory.SettingsWith(0.25, settings));

    [Fact]
    public void On_the_CPU_a_share_means_nothing_but_a_wrong_one_is_told()
    {
        Assert.SkipWhen(NativeBackend.HasCuda, "the build is for CUDA");
        Assert.DoesNotContain("memory", Course.Start(device: "cpu", deviceMemory: 0.25).ToString(), StringComparison.Ordinal);
        Assert.Null(DeviceMemory.Share);
        Assert.Throws<ArgumentException>(() => Course.Start(deviceMemory: 2));
    }

    [Fact]
    public void A_full_card_says_who_holds_what_the_most_first()
    {
        using var machine = FakeMachine.OrSkip();
        Answer(machine, $"00000000:01:00.0, 4711, 1200 MiB, /opt/other\n00000000:01:00.0, 4712, 21000 MiB, python3, with a comma\n00000000:01:00.0, {Environment.ProcessId}, 700 MiB, coursekit\n");
        machine.Write("proc/4712/status", "Name:\tpython3\nUid:\t1001\t1001\t1001\t1001\n");
        machine.Write("proc/4711/status", "Name:\tother\nUid:\t1002\t1002\t1002\t1002\n");
        machine.Write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nmia:x:1001:1001::/home/mia:/bin/sh\n");

        var told = DeviceFull.Explain(Full, machine.Machine)!.Split('\n');

        Assert.Equal("The card's memory is full. Who holds it, as nvidia-smi says:", told[0]);
        Assert.Equal(["card", "process", "memory", "user", "program"], Words(told[1]));
        Assert.Equal(["00000000:01:00.0", "4712", "21000 MiB", "mia", "python3, with a comma"], Words(told[2]));
        Assert.Equal(["00000000:01:00.0", "4711", "1200 MiB", "1002", "/opt/other"], Words(told[3]));
        Assert.Equal(["00000000:01:00.0", $"{Environment.ProcessId}", "700 MiB", "this notebook", "coursekit"], Words(told[4]));
        Assert.StartsWith("What to do: a smaller batch", told[5], StringComparison.Ordinal);
        Assert.Contains("Course.Start(deviceMemory: 0.25), or COURSEKIT_DEVICE_MEMORY=0.25. Variables are kept.", told[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "nobody that nvidia-smi can see")]
    [InlineData(null, "nvidia-smi is not on the PATH, or gave no answer")]
    [InlineData("No devices were found\n", "nobody that nvidia-smi can see")]
    [InlineData("00000000:01:00.0, [N/A], [N/A], [Not Found]\n", "[N/A]")]
    public void What_nvidia_smi_cannot_say_is_told_too(string? answer, string expected)
    {
        using var machine = FakeMachine.OrSkip();
        if (answer is not null)
            Answer(machine, answer);
        Assert.Contains(expected, DeviceFull.Explain($"Tensor.matmul: {Full}", machine.Machine), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_fails_is_no_second_error()
    {
        using var machine = FakeMachine.OrSkip();
        Answer(machine, "Failed to initialize NVML: Driver/library version mismatch", exitCode: 18);
        Assert.Contains("gave no answer", DeviceFull.Explain("CUDA error: out of memory", machine.Machine), StringComparison.Ordinal);
        machine.Permit("bin/nvidia-smi", "644");
        Assert.Contains("gave no answer", DeviceFull.Explain(Full, machine.Machine), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)")]
    [InlineData("[enforce fail at alloc_cpu.cpp:118] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000000000 bytes.")]
    public void Other_errors_need_no_explanation(string message) => Assert.Null(DeviceFull.Explain(message, Machine.Here));

    private static void Answer(FakeMachine machine, string answer, int exitCode = 0)
    {
        machine.Write("answer", answer);
        machine.Write("bin/nvidia-smi", $"#!/bin/sh\ncat '{machine.PathOf("answer")}'\nexit {exitCode}\n");
        machine.Permit("bin/nvidia-smi", "755");
        machine["PATH"] = $"{machine.PathOf("nowhere")}:{machine.PathOf("bin")}";
    }

    private static string[] Words(string row) => row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
