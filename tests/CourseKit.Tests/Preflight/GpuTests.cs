using CourseKit.Preflight;

namespace CourseKit.Tests.Preflight;

/// <summary>A GPU that is not there, not usable, or not used, each with its own fault.</summary>
public sealed class GpuTests : IDisposable
{
    private readonly FakeMachine machine = FakeMachine.OrSkip();

    public void Dispose() => machine.Dispose();

    [Fact]
    public void None_is_no_fault() => Assert.Equal((CheckStatus.Ok, "no NVIDIA GPU; the course needs none"), Gpu());

    [Theory]
    [InlineData("570.124.06", true)]
    [InlineData("550.54.15", false)]
    [InlineData("525.60.13", false)]
    public void One_with_its_driver(string driver, bool isOpen)
    {
        machine.InstallGpu(driver, isOpen);
        Assert.Equal((CheckStatus.Ok, $"1 GPU, NVIDIA driver {driver}"), Gpu());
    }

    [Fact]
    public void One_without_a_driver()
    {
        machine.Write("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
        machine.Write("sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n");
        Finds("an NVIDIA GPU at 0000:01:00.0, but no driver", "Install NVIDIA's driver, 525.60.13 or newer, and restart");
    }

    [Fact]
    public void Other_hardware_of_the_same_maker_is_none()
    {
        machine.Write("sys/bus/pci/devices/0000:01:00.1/vendor", "0x10de\n");
        machine.Write("sys/bus/pci/devices/0000:01:00.1/class", "0x040300\n"); // its sound
        Assert.Equal(CheckStatus.Ok, Gpu().Status);
    }

    [Theory]
    [InlineData("470.256.02")]
    [InlineData("525.53")]
    public void One_whose_driver_is_too_old(string driver)
    {
        machine.InstallGpu(driver, isOpen: false);
        Finds($"NVIDIA driver {driver}, too old for CUDA 12.8", "Install driver 525.60.13 or newer");
    }

    [Fact]
    public void A_container_that_was_started_without_it()
    {
        machine.InstallGpu();
        machine.Write(".dockerenv", "");
        machine.Remove("dev");
        Directory.CreateDirectory(machine.PathOf("dev"));
        machine.Remove("usr/lib/x86_64-linux-gnu/libcuda.so.1");
        Finds("the host has NVIDIA driver 570.124.06, but this container was started without its GPU: /dev/nvidiactl, /dev/nvidia-uvm, /dev/nvidia0 not there",
            "install the NVIDIA container toolkit and start the container with `--gpus all`");
    }

    [Fact]
    public void A_container_that_was_given_the_second_of_two()
    {
        machine.InstallGpu();
        machine.Write(".dockerenv", "");
        machine.Remove("dev/nvidia0");
        machine.Write("dev/nvidia1", "");
        Assert.Equal((CheckStatus.Ok, "1 GPU, NVIDIA driver 570.124.06"), Gpu());
    }

    [Fact]
    public void A_machine_whose_device_nodes_are_not_made_yet()
    {
        machine.InstallGpu();
        machine.Remove("dev/nvidia-uvm"); // made when first used
        Assert.Equal((CheckStatus.Ok, "1 GPU, NVIDIA driver 570.124.06"), Gpu());
        machine.Remove("dev/nvidiactl");
        machine.Remove("dev/nvidia0");
        Finds("NVIDIA driver 570.124.06, but /dev/nvidiactl, /dev/nvidia0 not there", "nvidia-modprobe -c 0 -u");
    }

    [Theory]
    [InlineData(true, "NVIDIA_DRIVER_CAPABILITIES must name compute")]
    [InlineData(false, "apt install libcuda1")]
    public void No_libcuda(bool isContainer, string remedy)
    {
        machine.InstallGpu();
        machine.Remove("usr/lib/x86_64-linux-gnu/libcuda.so.1");
        if (isContainer)
            machine.Write("run/.containerenv", "");
        Finds("NVIDIA driver 570.124.06, but libcuda.so.1 is in none of the system's library folders", remedy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    public void One_that_a_variable_hides(string value)
    {
        machine.InstallGpu();
        machine["CUDA_VISIBLE_DEVICES"] = value;
        Finds($"CUDA_VISIBLE_DEVICES is \"{value}\", which hides every GPU", "Unset it");
    }

    [Fact]
    public void A_driver_that_was_updated_while_it_ran()
    {
        machine.InstallGpu("550.54.15");
        machine.Write("usr/lib/x86_64-linux-gnu/libcuda.so.570.124.06", "");
        machine.Link("usr/lib/x86_64-linux-gnu/libcuda.so.1", "libcuda.so.570.124.06");
        Finds("libcuda.so.1 is of driver 570.124.06, but the kernel runs 550.54.15", "Restart the machine");
    }

    [Fact]
    public void One_that_stands_idle_since_the_build_is_for_the_CPU()
    {
        machine.InstallGpu();
        Finds("built for the CPU, while the GPU stands idle", "dotnet build -c Release -p:TorchBackend=cuda", "backend");
        machine["TorchBackend"] = "cpu";
        Assert.Equal(CheckStatus.Ok, Checkup.Of(machine.Machine).Status);
    }

    [Fact]
    public void CUDA_asked_for_and_the_CPU_built()
    {
        machine["TorchBackend"] = "cuda";
        Finds("TorchBackend is cuda, but built for the CPU", "dotnet build -c Release -p:TorchBackend=cuda", "backend");
    }

    [Fact]
    public void CUDA_built_and_the_CPU_asked_for()
    {
        machine.InstallGpu();
        BuildForCuda();
        Assert.Equal(CheckStatus.Ok, Checkup.Of(machine.Machine).Status);
        machine["TorchBackend"] = "cpu";
        Finds("TorchBackend is cpu, but built for CUDA", "dotnet build -c Release -p:TorchBackend=cpu", "backend");
    }

    [Fact]
    public void CUDA_built_and_no_GPU()
    {
        BuildForCuda();
        Finds("built for CUDA, but there is no GPU to be used: notebooks run on the CPU", "dotnet build -c Release", "backend");
    }

    [Fact]
    public void A_PyTorch_of_another_version()
    {
        foreach (var library in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
            machine.Write($"torch/lib/{library}", "");
        machine.Write("torch/version.py", "__version__ = '2.1.0'\n");
        machine["COURSEKIT_LIBTORCH"] = machine.PathOf("torch/lib");
        var check = Checkup.Of(machine.Machine).Checks.Single(check => check.Name == "backend");
        Assert.Equal(CheckStatus.Broken, check.Status);
        Assert.Contains("it is libtorch 2.1.0, expected 2.10.x", check.Found, StringComparison.Ordinal);
        Assert.Contains("unset COURSEKIT_LIBTORCH", check.Remedy, StringComparison.Ordinal);
    }

    private void BuildForCuda() => machine.Write($"{FakeMachine.Built}/libtorch_cuda.so", "");

    private (CheckStatus Status, string Found) Gpu()
    {
        var check = Checkup.Of(machine.Machine).Checks.Single(check => check.Name == "gpu");
        Assert.Equal(check.Status == CheckStatus.Ok, check.Remedy is null);
        return (check.Status, check.Found);
    }

    private void Finds(string found, string remedy, string name = "gpu")
    {
        var check = Assert.Single(Checkup.Of(machine.Machine).Checks, check => check.Status != CheckStatus.Ok);
        Assert.Equal((name, CheckStatus.Limited), (check.Name, check.Status));
        Assert.Contains(found, check.Found, StringComparison.Ordinal);
        Assert.Contains(remedy, check.Remedy, StringComparison.Ordinal);
    }
}
