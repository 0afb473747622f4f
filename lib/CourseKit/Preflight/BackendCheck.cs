using CourseKit.Native;

namespace CourseKit.Preflight;

/// <summary>Compares the libtorch in use with the machine's GPU and with the requested backend.</summary>
internal static class BackendCheck
{
    private const string Name = "backend";

    public static DoctorCheck Of(Machine machine)
    {
        var chosen = machine.Variable(LibTorchFolder.Variable);
        if (chosen is not null && LibTorchFolder.Refusal(chosen, machine) is { } refusal)
            return DoctorCheck.Broken(Name, refusal, $"Install libtorch 2.10 there, or unset {LibTorchFolder.Variable} and run {NativeBackend.Build}.");
        if (chosen is not null && LibTorchFolder.CautionOf(chosen) is { } caution)
            return DoctorCheck.Limited(Name, caution, "Use PyTorch 2.10, or build TorchSharp's binding for this one: lib/native/build.sh.");
        var (isBuilt, asked, gpu) = (LibTorchFolder.HasCuda(chosen ?? machine.Build), machine.Variable("TorchBackend"), Gpu.Of(machine));
        var found = chosen is null ? $"built for {(isBuilt ? "CUDA" : "the CPU")}" : $"libtorch of {chosen}, {(isBuilt ? "with" : "without")} CUDA";
        string For(string backend) => chosen is null ? $"Build again: `dotnet build -c Release -p:TorchBackend={backend} lib/CourseKit.Cli`."
            : $"Install a PyTorch {(backend == "cuda" ? "with" : "without")} CUDA there, or unset {LibTorchFolder.Variable} and build.";
        return (isBuilt, asked, gpu) switch
        {
            (false, "cuda", _) => DoctorCheck.Limited(Name, $"TorchBackend is cuda, but {found}", $"{For("cuda")} Its packages are about 2.5 GB."),
            (true, "cpu", _) => DoctorCheck.Limited(Name, $"TorchBackend is cpu, but {found}", For("cpu")),
            (true, _, { IsUsable: false }) => DoctorCheck.Limited(Name, $"{found}, but there is no GPU to be used: notebooks run on the CPU", gpu.IsThere ? "See gpu." : For("cpu")),
            (true, _, _) when machine.IsHere && FindsNone() => DoctorCheck.Limited(Name, $"{found}, and torch finds no GPU though one is there: notebooks run on the CPU",
                "Look whether `nvidia-smi` lists it, whether you may open /dev/nvidia0, and whether the driver is new enough for this libtorch."),
            (false, not "cpu", { IsUsable: true }) => DoctorCheck.Limited(Name, $"{found}, while the GPU stands idle", $"{For("cuda")} Or set TorchBackend=cpu to leave it idle."),
            _ => DoctorCheck.Ok(Name, found),
        };
    }

    // torch itself decides in the end whether it can use a GPU.
    private static bool FindsNone()
    {
        try
        {
            NativeBackend.Load();
            return CudaSupport.Here.Gpus == 0;
        }
        catch (NativeBackendException)
        {
            return false; // the check of the native libraries reports the reason
        }
    }
}
