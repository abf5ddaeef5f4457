"""Makes llama3-rope/: a tiny LLaMA with rope_scaling llama3, head_dim of its own and attention biases, and its
logits. Run with transformers 4.46.3, torch 2.7.1: make_llama3_rope.py OUT"""
import os, sys
import torch
from transformers import LlamaConfig, LlamaForCausalLM
from safetensors.torch import save_file
out=sys.argv[1]
os.makedirs(out, exist_ok=True)
torch.manual_seed(5)
cfg=LlamaConfig(hidden_size=32,intermediate_size=48,num_hidden_layers=2,num_attention_heads=4,num_key_value_heads=2,head_dim=16,vocab_size=96,rms_norm_eps=1e-5,rope_theta=10000.0,max_position_embeddings=512,tie_word_embeddings=False,bos_token_id=0,eos_token_id=1,attention_bias=True,
 rope_scaling={"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64},attn_implementation="eager")
m=LlamaForCausalLM(cfg)
g=torch.Generator().manual_seed(6)
with torch.no_grad():
    for n,p in m.named_parameters():
        r=torch.randn(p.shape,generator=g)
        p.copy_(1+0.2*r if "norm" in n and n.endswith("weight") else (0.1*r if n.endswith("bias") else r*(1.2/p.shape[-1]**0.5)))
m.eval()
m.save_pretrained(out, safe_serialization=True)
gc=os.path.join(out,"generation_config.json")
if os.path.exists(gc): os.remove(gc)
ids=torch.randint(0,96,(200,),generator=g)
with torch.no_grad(): lg=m(ids[None]).logits[0]
save_file({"input_ids":ids,"logits":lg.contiguous()},os.path.join(out,"golden.safetensors"))
print(m.model.layers[0].self_attn.q_proj.weight.shape, lg.std(), m.model.rotary_emb.inv_freq)
