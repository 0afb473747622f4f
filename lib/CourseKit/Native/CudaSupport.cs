using static TorchSharp.torch;

namespace CourseKit.Native;

/// <summary>What this build and this machine have for tensors on a GPU.</summary>
/// <param name="Gpus">How many GPUs torch can use.</param>
/// <param name="IsBuilt">Whether the build's libtorch has CUDA.</param>
/// <param name="HasGpu">Whether the machine has a GPU that a build for it could use.</param>
internal sealed record CudaSupport(int Gpus, bool IsBuilt, bool HasGpu)
{
    /// <summary>As it is here; the native backend must be loaded.</summary>
    public static CudaSupport Here
    {
        get
        {
            var isBuilt = NativeBackend.HasCuda;
            return new(isBuilt && cuda.is_available() ? cuda.device_count() : 0, isBuilt, Gpu.Of(Machine.Here).IsUsable);
        }
    }

    /// <summary>What keeps a GPU from being used that seems meant to be; null where none is meant, or one can be used.</summary>
    public string? Missing => this switch
    {
        { Gpus: > 0 } or { IsBuilt: false, HasGpu: false } => null,
        { IsBuilt: true } => "built for CUDA, but torch finds no GPU it can use; `coursekit doctor` says why",
        _ => "there is an NVIDIA GPU, but the build is for the CPU; `dotnet build -c Release -p:TorchBackend=cuda` uses it",
    };
}
